// A small Realtime server on npm's ws: confirms texts, answers a request for a response, counts idle time.
const { WebSocketServer } = require('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: true });
server.on('listening', () => console.log(server.address().port));
server.on('connection', (socket) => {
  const send = (event) => socket.send(JSON.stringify({ event_id: 'e', ...event }));
  send({ type: 'session.created', session: { id: 's' } });
  socket.ping('are you there?');
  socket.on('pong', () => console.log('pong'));
  socket.on('close', (code) => console.log('closed ' + code));
  socket.on('message', (data) => {
    const event = JSON.parse(data);
    if (event.type === 'session.update') {
      send({ type: 'session.updated', session: { id: 's' } });
    } else if (event.type === 'conversation.item.create') {
      send({ type: 'conversation.item.added', item: event.item });
    } else if (event.type === 'response.create') {
      const response = { id: 'r', object: 'realtime.response', status: 'completed', output: [] };
      send({ type: 'response.created', response: { ...response, status: 'in_progress' } });
      send({ type: 'response.done', response });
    }
  });
});
