"""A small Realtime server on Python's websockets: confirms texts and answers a request for a response."""

import asyncio
import json

import websockets


async def serve(socket, path=None):
    async def send(event):
        await socket.send(json.dumps({"event_id": "e", **event}))

    async def ping():
        await (await socket.ping("are you there?"))
        print("pong", flush=True)

    await send({"type": "session.created", "session": {"id": "s"}})
    waiting = asyncio.ensure_future(ping())
    async for text in socket:
        event = json.loads(text)
        if event["type"] == "session.update":
            await send({"type": "session.updated", "session": {"id": "s"}})
        elif event["type"] == "conversation.item.create":
            await send({"type": "conversation.item.added", "item": event["item"]})
        elif event["type"] == "response.create":
            response = {"id": "r", "object": "realtime.response", "status": "completed", "output": []}
            await send({"type": "response.created", "response": {**response, "status": "in_progress"}})
            await send({"type": "response.done", "response": response})
    await waiting
    print("closed", socket.close_code, flush=True)


async def main():
    async with websockets.serve(serve, "127.0.0.1", 0) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
