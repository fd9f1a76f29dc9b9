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
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * A codec over JSON trees, with short cuts past them for audio and deltas, which every dialect here has
 * in common; what differs between dialects is handed to it.
 */
final class JsonCodec implements EventCodec {
    private static final FastBase64 BASE64 = FastBase64.ofThisJvm();

    private final Map<String, ServerEventReader.Reader> readers;
    private final ClientEvent.Fold<ObjectNode> writer;
    private final Function<SessionConfig, ObjectNode> callSession;
    private final AudioAppend audioAppend = new AudioAppend(BASE64);
    private final DeltaReader deltas = new DeltaReader(BASE64);

    /**
     * @param readers server events by type
     * @param writer client events; refuses with an {@link IllegalArgumentException} what the dialect lacks
     * @param callSession the session object of call creation
     */
    JsonCodec(
            Map<String, ServerEventReader.Reader> readers,
            ClientEvent.Fold<ObjectNode> writer,
            Function<SessionConfig, ObjectNode> callSession) {
        this.readers = readers;
        this.writer = writer;
        this.callSession = callSession;
    }

    @Override
    public void encode(ClientEvent event, ByteBuf out) {
        if (event instanceof ClientEvent.InputAudioBufferAppend append && AudioAppend.fits(append)) {
            audioAppend.write(append.audio(), out);
            return;
        }
        ObjectNode json = event.fold(writer);
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
        return JsonWriter.text(callSession.apply(session)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public ServerEvent decode(byte[] utf8, int offset, int length) {
        ServerEvent delta = length <= Json.MAX_LENGTH ? deltas.read(utf8, offset, length) : null;
        return delta != null ? delta : decodeTree(utf8, offset, length);
    }

    /** Reads any event, without short cuts. */
    ServerEvent decodeTree(byte[] utf8, int offset, int length) {
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
            Members in = Members.ofServer(type, json);
            if (!type.equals("error")) {
                in.textIfAny("event_id");
            }
            return reader.read(envelope, in);
        } catch (MalformedEventException e) {
            return new DecodeError(Envelope.of(type, eventId, raw), e.reason(), length);
        }
    }
}
