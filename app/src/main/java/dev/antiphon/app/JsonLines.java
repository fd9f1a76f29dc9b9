package dev.antiphon.app;

import java.io.PrintStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One JSON object a line, in ASCII: what is not ASCII is escaped, so that no line separator of
 * Unicode, broken surrogate or locale can damage the stream. Each line is flushed. Safe for use by
 * any thread.
 */
final class JsonLines {
    /** An event may hold 15 MiB of audio and more, as base64. */
    private static final int LONGEST_STRING = 128 << 20;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(LONGEST_STRING)
                            .build())
                    .build())
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final PrintStream out;

    JsonLines(PrintStream out) {
        this.out = out;
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A new object for a named event. */
    static ObjectNode event(String name) {
        return object().put("event", name);
    }

    /**
     * The value of a JSON text, numbers exact.
     *
     * @throws JacksonException if it is not exactly one JSON value
     */
    static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (NumberFormatException beyond) {
            throw new StreamReadException("a number is out of range");
        }
    }

    synchronized void write(ObjectNode object) {
        out.print(MAPPER.writeValueAsString(object) + "\n");
        out.flush();
    }
}
