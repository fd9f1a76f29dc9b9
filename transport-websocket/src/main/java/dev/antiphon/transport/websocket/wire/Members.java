package dev.antiphon.transport.websocket.wire;

import java.math.BigDecimal;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of one event, read without coercion: a text is never a number, {@code 1.5} is never 1.
 *
 * <p>Two kinds of member: what the event is about must be there with the right kind; ids, indexes and
 * the like may be absent or null, which reads as empty or 0, but not of another kind.
 */
final class Members {
    private final String type;
    private final ObjectNode event;

    Members(String type, ObjectNode event) {
        this.type = type;
        this.event = event;
    }

    ObjectNode node() {
        return event;
    }

    /** Text that must be there. */
    String text(String name) throws MalformedEventException {
        JsonNode value = event.get(name);
        if (value == null || !value.isString()) {
            throw wrong(name, "a string", value);
        }
        return value.stringValue();
    }

    /** Text that may be absent or null: then it is empty. */
    String textIfAny(String name) throws MalformedEventException {
        return isAbsent(name) ? "" : text(name);
    }

    Optional<String> optionalText(String name) throws MalformedEventException {
        return isAbsent(name) ? Optional.empty() : Optional.of(text(name));
    }

    /** An integer of 64 bits that may be absent or null: then it is 0. */
    long integerIfAny(String name) throws MalformedEventException {
        return isAbsent(name) ? 0 : integer(name);
    }

    long integer(String name) throws MalformedEventException {
        JsonNode value = event.get(name);
        if (value == null || !Nodes.isInteger(value)) {
            throw wrong(name, "an integer", value);
        }
        return Nodes.integer(value);
    }

    /** An index that may be absent or null: then it is 0. */
    int indexIfAny(String name) throws MalformedEventException {
        long value = integerIfAny(name);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new MalformedEventException(describe(name) + " is out of range");
        }
        return (int) value;
    }

    double numberIfAny(String name) throws MalformedEventException {
        if (isAbsent(name)) {
            return 0;
        }
        JsonNode value = event.get(name);
        if (!value.isNumber()) {
            throw wrong(name, "a number", value);
        }
        BigDecimal exact = value.decimalValue();
        return exact.doubleValue();
    }

    ObjectNode object(String name) throws MalformedEventException {
        if (event.get(name) instanceof ObjectNode object) {
            return object;
        }
        throw wrong(name, "an object", event.get(name));
    }

    ArrayNode array(String name) throws MalformedEventException {
        if (event.get(name) instanceof ArrayNode array) {
            return array;
        }
        throw wrong(name, "an array", event.get(name));
    }

    boolean isAbsent(String name) {
        JsonNode value = event.get(name);
        return value == null || value.isNull();
    }

    private MalformedEventException wrong(
            String name, String expected, @org.jspecify.annotations.Nullable JsonNode found) {
        return new MalformedEventException(describe(name) + (found == null ? " is missing" : " is not " + expected));
    }

    private String describe(String name) {
        return type + ": " + name;
    }
}
