package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.RawJson;
import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Tolerant reading of nested objects: a member that is absent or of an unexpected kind reads as
 * empty and stays reachable in the raw JSON.
 */
final class Nodes {
    private static final BigDecimal MIN = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private Nodes() {}

    static String text(JsonNode object, String name) {
        return optionalText(object, name).orElse("");
    }

    static Optional<String> optionalText(JsonNode object, String name) {
        JsonNode value = object.get(name);
        return value != null && value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
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

    static RawJson raw(JsonNode value) {
        return new RawJson(value.toString());
    }
}
