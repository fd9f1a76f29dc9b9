package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.RawJson;
import java.math.BigDecimal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.ValueNode;

/**
 * JSON text to trees: strict UTF-8, exactly one value, within limits. Duplicate member names: the
 * last one wins. Numbers keep their exact value.
 */
final class Json {
    /** Deepest nesting of arrays and objects; no event of the protocol comes near it. */
    static final int MAX_DEPTH = 64;

    /** Longest document and string: 15 MiB of audio are 20 MiB of base64, a retrieved item may hold more. */
    static final int MAX_LENGTH = 64 << 20;

    /** Most tokens in one document: a transcript of an hour with log probabilities stays below. */
    static final int MAX_TOKENS = 250_000;

    /** Greatest exponent of a number: beyond it, arithmetic on the exact value would overflow. */
    static final int MAX_EXPONENT = 1_000_000_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxDocumentLength(MAX_LENGTH)
                            .maxStringLength(MAX_LENGTH)
                            .maxTokenCount(MAX_TOKENS)
                            .maxNumberLength(400)
                            .maxNameLength(10_000)
                            .build())
                    .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .nodeFactory(new BoundedNumbers())
            .build();

    private Json() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static JsonNode nullNode() {
        return MAPPER.getNodeFactory().nullNode();
    }

    static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** The one object in a text message. */
    static ObjectNode objectIn(byte[] utf8, int offset, int length) throws MalformedEventException {
        if (length > MAX_LENGTH) {
            throw new MalformedEventException("larger than " + MAX_LENGTH + " bytes");
        }
        if (!Utf8.isValid(utf8, offset, length)) {
            throw new MalformedEventException("not UTF-8");
        }
        int start = offset;
        int end = offset + length;
        while (start < end && isBlank(utf8[start])) {
            start++;
        }
        if (start == end) {
            throw new MalformedEventException("empty");
        }
        // A NUL near the start would make the parser take the text for UTF-16.
        if (utf8[start] != '{' || (start + 1 < end && utf8[start + 1] == 0)) {
            throw new MalformedEventException("not a JSON object");
        }
        if (parse(utf8, start, end - start) instanceof ObjectNode object) {
            return object;
        }
        throw new MalformedEventException("not a JSON object");
    }

    /** The type of an event. */
    static String typeOf(ObjectNode event) throws MalformedEventException {
        JsonNode type = event.get("type");
        if (type == null) {
            throw new MalformedEventException("type is missing");
        }
        if (!type.isString()) {
            throw new MalformedEventException("type is not a string");
        }
        return type.stringValue();
    }

    /** The one value in a text, whatever its kind. */
    static JsonNode valueIn(String text) throws MalformedEventException {
        try {
            JsonNode value = MAPPER.readTree(text);
            if (value.isMissingNode()) {
                throw new MalformedEventException("empty");
            }
            return value;
        } catch (JacksonException e) {
            throw malformed(e);
        } catch (NumberFormatException e) {
            throw outOfRange();
        }
    }

    /**
     * Raw JSON that our side wants to send.
     *
     * @throws IllegalArgumentException if it is not one JSON value
     */
    static JsonNode trusted(RawJson raw) {
        try {
            return valueIn(raw.text());
        } catch (MalformedEventException e) {
            throw new IllegalArgumentException("raw JSON is " + e.reason(), e);
        }
    }

    /**
     * The same for what must be an object.
     *
     * @throws IllegalArgumentException if it is not one JSON object
     */
    static ObjectNode trustedObject(RawJson raw) {
        if (trusted(raw) instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException("raw JSON is not an object");
    }

    private static JsonNode parse(byte[] utf8, int offset, int length) throws MalformedEventException {
        try {
            return MAPPER.readTree(utf8, offset, length);
        } catch (JacksonException e) {
            throw malformed(e);
        } catch (NumberFormatException e) {
            throw outOfRange();
        }
    }

    /** The parser's own message quotes the document, so only kind and place are kept. */
    private static MalformedEventException malformed(JacksonException fault) {
        String what = fault instanceof StreamConstraintsException ? "over a limit of size, depth or count" : "not JSON";
        var location = fault.getLocation();
        if (location == null) {
            return new MalformedEventException(what);
        }
        long at = Math.max(location.getByteOffset(), location.getCharOffset());
        return new MalformedEventException(what + ", at offset " + at);
    }

    private static MalformedEventException outOfRange() {
        return new MalformedEventException("over a limit: a number out of range");
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }

    /**
     * Refuses the exponents that {@link BigDecimal} can just hold. Those beyond, the parser refuses itself,
     * with the same exception.
     */
    private static final class BoundedNumbers extends JsonNodeFactory {
        private static final long serialVersionUID = 1L;

        @Override
        public ValueNode numberNode(BigDecimal number) {
            if (Math.abs((long) number.scale()) > MAX_EXPONENT) {
                throw new NumberFormatException("exponent out of range");
            }
            return super.numberNode(number);
        }
    }
}
