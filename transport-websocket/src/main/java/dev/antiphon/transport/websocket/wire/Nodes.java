package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.RawJson;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Values of single nodes, without coercion. */
final class Nodes {
    private static final BigDecimal MIN = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private Nodes() {}

    /** A text member, or an empty text. */
    static String text(JsonNode object, String name) {
        JsonNode value = object.get(name);
        return value != null && value.isString() ? value.stringValue() : "";
    }

    static long integerOr0(JsonNode object, String name) {
        JsonNode value = object.get(name);
        return value != null && isInteger(value) ? integer(value) : 0;
    }

    static double numberOr0(JsonNode object, String name) {
        JsonNode value = object.get(name);
        return value != null && value.isNumber() ? value.decimalValue().doubleValue() : 0;
    }

    /** Whether a value is a whole number that fits 64 bits, however it is spelled. */
    static boolean isInteger(JsonNode value) {
        if (!value.isNumber()) {
            return false;
        }
        if (value.isInt() || value.isLong()) {
            return true;
        }
        BigDecimal exact = value.decimalValue();
        // Compared before any conversion: 1e999999 must not become a number of a million digits.
        return exact.compareTo(MIN) >= 0
                && exact.compareTo(MAX) <= 0
                && (exact.signum() == 0 || exact.stripTrailingZeros().scale() <= 0);
    }

    static long integer(JsonNode value) {
        return value.isInt() || value.isLong()
                ? value.longValue()
                : value.decimalValue().longValueExact();
    }

    /** Whether a number is the same after a detour over {@code double}. */
    static boolean isExactDouble(JsonNode number) {
        if (!number.isNumber()) {
            return false;
        }
        double approximate = number.decimalValue().doubleValue();
        return Double.isFinite(approximate)
                && new BigDecimal(Double.toString(approximate)).compareTo(number.decimalValue()) == 0;
    }

    /** A list of nothing but texts. */
    static Optional<List<String>> texts(@Nullable JsonNode value) {
        if (!(value instanceof ArrayNode array)) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode element : array) {
            if (!element.isString()) {
                return Optional.empty();
            }
            texts.add(element.stringValue());
        }
        return Optional.of(texts);
    }

    static RawJson raw(JsonNode value) {
        return new RawJson(JsonWriter.text(value));
    }
}
