package dev.antiphon.testkit.simulator.assistant;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NumericNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The simulator's JSON reader and writer, with limits that fit a hostile client: an append of 15 MiB of
 * audio passes, nesting deeper than 64 does not.
 */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxStringLength(64 * 1024 * 1024)
                            .maxNumberLength(64)
                            .maxNameLength(1_024)
                            .maxTokenCount(1_000_000)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .nodeFactory(new FiniteNumbers())
            .build();

    private static final JsonMapper LENIENT = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /**
     * Reads one object.
     *
     * @throws InvalidEvent if the text is anything else; the message never quotes the text
     */
    public static ObjectNode parseObject(String text) throws InvalidEvent {
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new InvalidEvent("invalid_event", "", "The message is not valid JSON.");
        } catch (NumberFormatException e) {
            throw new InvalidEvent("invalid_event", "", "The message has a number out of range.");
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new InvalidEvent("invalid_event", "", "The message is not a JSON object.");
    }

    /**
     * Reads any value.
     *
     * @throws InvalidEvent if the text is not JSON
     */
    public static JsonNode parse(String text) throws InvalidEvent {
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw new InvalidEvent("invalid_event", "", "The text is not valid JSON.");
        } catch (NumberFormatException e) {
            throw new InvalidEvent("invalid_event", "", "The text has a number out of range.");
        }
        if (node.isMissingNode()) {
            throw new InvalidEvent("invalid_event", "", "The text is empty.");
        }
        return node;
    }

    /**
     * Reads an object that a person wrote: comments and trailing commas are allowed.
     *
     * @throws InvalidEvent with the line, if the text is anything else
     */
    public static ObjectNode parseCommented(String text) throws InvalidEvent {
        try {
            if (LENIENT.readTree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            throw new InvalidEvent(
                    "invalid_json",
                    "",
                    "line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + " is not JSON");
        }
        throw new InvalidEvent("invalid_json", "", "there is no object");
    }

    public static String write(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** Members named by path; a missing node when any step is absent. */
    static JsonNode at(JsonNode node, String... path) {
        JsonNode here = node;
        for (String step : path) {
            here = here.path(step);
        }
        return here;
    }

    /** Refuses numbers beyond a double: they would read as infinite and be written as a text. */
    private static final class FiniteNumbers extends JsonNodeFactory {
        private static final long serialVersionUID = 1L;

        @Override
        public NumericNode numberNode(double number) {
            if (!Double.isFinite(number)) {
                throw new NumberFormatException("not finite");
            }
            return super.numberNode(number);
        }
    }
}
