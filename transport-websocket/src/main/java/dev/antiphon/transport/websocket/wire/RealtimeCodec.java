package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The codec of the Realtime API. */
final class RealtimeCodec implements EventCodec {
    @Override
    public void encode(ClientEvent event, ByteBuf out) {
        JsonNode json = ClientEventWriter.write(event);
        int start = out.writerIndex();
        try {
            JsonWriter.write(json, out);
        } catch (RuntimeException e) {
            out.writerIndex(start);
            throw e;
        }
    }

    @Override
    public byte[] sessionForCall(SessionConfig session) {
        ByteBuf out = Unpooled.buffer();
        JsonWriter.write(SessionJson.write(session, true), out);
        byte[] json = new byte[out.readableBytes()];
        out.readBytes(json);
        return json;
    }

    @Override
    public ServerEvent decode(byte[] utf8, int offset, int length) {
        String type = "";
        String eventId = "";
        try {
            ObjectNode json = Json.objectIn(utf8, offset, length);
            type = Nodes.text(json, "type");
            eventId = Nodes.text(json, "event_id");
            JsonNode named = json.get("type");
            if (named == null || !named.isString()) {
                throw new MalformedEventException(named == null ? "type is missing" : "type is not a string");
            }
            RawJson raw = new RawJson(new String(utf8, offset, length, StandardCharsets.UTF_8));
            return ServerEventReader.read(Envelope.of(type, eventId, raw), json);
        } catch (MalformedEventException e) {
            RawJson raw = new RawJson(new String(utf8, offset, length, StandardCharsets.UTF_8));
            return new DecodeError(Envelope.of(type, eventId, raw), e.reason(), length);
        }
    }
}
