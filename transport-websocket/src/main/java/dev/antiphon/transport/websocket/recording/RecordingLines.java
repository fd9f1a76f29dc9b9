package dev.antiphon.transport.websocket.recording;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.transport.websocket.wire.Dialect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The lines of a recording. Stateless. */
final class RecordingLines {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final Dialect dialect;
    private final Redaction redaction;

    RecordingLines(Dialect dialect, Redaction redaction) {
        this.dialect = dialect;
        this.redaction = redaction;
    }

    String begin(String transport) {
        return line(
                0,
                "recording",
                JSON.createObjectNode()
                        .put("version", 1)
                        .put("transport", transport)
                        .put("redaction", redaction.name().toLowerCase(Locale.ROOT)));
    }

    String answer(long at, int characters) {
        return line(at, "answer", JSON.createObjectNode().put("characters", characters));
    }

    String joining(long at, int attempt) {
        return line(at, "joining", JSON.createObjectNode().put("attempt", attempt));
    }

    String joined(long at) {
        return line(at, "joined", JSON.createObjectNode());
    }

    String client(long at, ClientEvent event) {
        ByteBuf buffer = Unpooled.buffer(Math.max(64, event.sizeHint()));
        try {
            dialect.codec().encode(event, buffer);
            return event(at, "client", buffer.toString(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException noForm) {
            return line(at, "unwritable", JSON.createObjectNode().put("type", event.type()));
        } finally {
            buffer.release();
        }
    }

    String unwritten(long at, String eventId) {
        return line(at, "unwritten", JSON.createObjectNode().put("eventId", eventId));
    }

    String server(long at, ServerEvent event) {
        if (event instanceof DecodeError error) {
            return line(at, "decode-error", JSON.createObjectNode().put("reason", error.reason()));
        }
        return event(at, "server", event.raw().text());
    }

    private String event(long at, String side, String text) {
        try {
            JsonNode json = JSON.readTree(text);
            if (json instanceof ObjectNode object) {
                ObjectNode line =
                        JSON.createObjectNode().put("type", object.path("type").asString(""));
                line.set("json", redaction.applyTo(object));
                return line(at, side, line);
            }
        } catch (JacksonException | NumberFormatException beyondLimits) {
            // Said below, without the text.
        }
        return line(at, "decode-error", JSON.createObjectNode().put("reason", "not a JSON object of ours"));
    }

    String closed(long at, Closure closure) {
        ObjectNode line = JSON.createObjectNode()
                .put("initiator", closure.initiator().name())
                .put("code", closure.code())
                .put("text", redaction == Redaction.NONE ? closure.text() : Redaction.masked(closure.text()));
        closure.cause().ifPresent(cause -> line.put("fault", cause.fault().name()));
        return line(at, "closed", line);
    }

    String gap(long at, int lines) {
        return line(at, "gap", JSON.createObjectNode().put("lines", lines));
    }

    String full(long at) {
        return line(at, "full", JSON.createObjectNode());
    }

    private static String line(long at, String event, ObjectNode members) {
        ObjectNode line = JSON.createObjectNode().put("atMillis", at).put("event", event);
        line.setAll(members);
        return JSON.writeValueAsString(line);
    }
}
