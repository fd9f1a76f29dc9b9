package dev.antiphon.app;

import java.io.PrintStream;
import tools.jackson.core.JacksonException;
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
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final PrintStream out;
    private final boolean pretty;

    JsonLines(PrintStream out) {
        this(out, false);
    }

    /** @param pretty indents each object over several lines, for people */
    JsonLines(PrintStream out, boolean pretty) {
        this.out = out;
        this.pretty = pretty;
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
        return MAPPER.readTree(text);
    }

    synchronized void write(ObjectNode object) {
        String line = pretty
                ? MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(object)
                : MAPPER.writeValueAsString(object);
        out.print(line + "\n");
        out.flush();
    }
}
