package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.Unrecognized;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The codec of the Realtime API. */
final class RealtimeCodec implements EventCodec {
    private final Map<String, ServerEventReader.Reader> readers = ServerEventReader.realtime();

    @Override
    public void encode(ClientEvent event, ByteBuf out) {
        ObjectNode json = ClientEventWriter.write(event);
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
        return JsonWriter.text(SessionJson.write(session, true)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public ServerEvent decode(byte[] utf8, int offset, int length) {
        RawJson raw = new RawJson(new String(utf8, offset, length, StandardCharsets.UTF_8));
        String type = "";
        String eventId = "";
        try {
            ObjectNode json = Json.objectIn(utf8, offset, length);
            type = Nodes.text(json, "type");
            eventId = Nodes.text(json, "event_id");
            Json.typeOf(json);
            Envelope envelope = Envelope.of(type, eventId, raw);
            ServerEventReader.Reader reader = readers.get(type);
            if (reader == null) {
                return new Unrecognized(envelope);
            }
            Members in = new Members(type, json);
            if (!type.equals("error")) {
                in.textIfAny("event_id");
            }
            return reader.read(envelope, in);
        } catch (MalformedEventException e) {
            return new DecodeError(Envelope.of(type, eventId, raw), e.reason(), length);
        }
    }
}
