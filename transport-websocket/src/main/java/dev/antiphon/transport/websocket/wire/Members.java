package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ExtraMembers;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of one event, read without coercion: a text is never a number, {@code 1.5} is never 1.
 *
 * <p>Two kinds of member: what the event is about must be there with the right kind; ids, indexes and
 * the like may be absent or null, which reads as empty or 0, but must not be of another kind. Nested
 * objects are read with more tolerance, see {@link Fields}.
 */
final class Members {
    private final String type;
    private final Fields event;

    /** The members of a server's event, which is only read. */
    static Members ofServer(String type, ObjectNode event) {
        return new Members(type, new Fields(event, false));
    }

    /** The members of a client's event, which is to be written again. */
    static Members ofClient(String type, ObjectNode event) {
        return new Members(type, new Fields(event, true));
    }

    private Members(String type, Fields event) {
        this.type = type;
        this.event = event;
        this.event.markTaken("type");
    }

    JsonNode node() {
        return event.node();
    }

    /** Text that must be there. */
    String text(String name) throws MalformedEventException {
        JsonNode value = event.get(name);
        if (value == null || !value.isString()) {
            throw wrong(name, "a string", value);
        }
        event.markTaken(name);
        return value.stringValue();
    }

    /** Text that may be absent or null: then it is empty. */
    String textIfAny(String name) throws MalformedEventException {
        if (isAbsent(name)) {
            return "";
        }
        String text = text(name);
        if (text.isEmpty()) {
            event.release(name);
        }
        return text;
    }

    Optional<String> optionalText(String name) throws MalformedEventException {
        return isAbsent(name) ? Optional.empty() : Optional.of(text(name));
    }

    long integer(String name) throws MalformedEventException {
        JsonNode value = event.get(name);
        if (value == null || !Nodes.isInteger(value)) {
            throw wrong(name, "an integer", value);
        }
        event.markTaken(name);
        return Nodes.integer(value);
    }

    /** An integer of 64 bits that may be absent or null: then it is 0. */
    long integerIfAny(String name) throws MalformedEventException {
        return isAbsent(name) ? 0 : integer(name);
    }

    int index(String name) throws MalformedEventException {
        long value = integer(name);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new MalformedEventException(type + ": " + name + " is out of range");
        }
        return (int) value;
    }

    /** An index that may be absent or null: then it is 0. */
    int indexIfAny(String name) throws MalformedEventException {
        return isAbsent(name) ? 0 : index(name);
    }

    double numberIfAny(String name) throws MalformedEventException {
        if (isAbsent(name)) {
            return 0;
        }
        JsonNode value = event.get(name);
        if (value == null || !value.isNumber()) {
            throw wrong(name, "a number", value);
        }
        return event.number(name).orElse(0);
    }

    /** An object that must be there. */
    Fields object(String name) throws MalformedEventException {
        if (event.get(name) instanceof ObjectNode) {
            return event.object(name).represented();
        }
        throw wrong(name, "an object", event.get(name));
    }

    Optional<Fields> optionalObject(String name) throws MalformedEventException {
        return isAbsent(name) ? Optional.empty() : Optional.of(object(name));
    }

    ArrayNode array(String name) throws MalformedEventException {
        if (event.get(name) instanceof ArrayNode array) {
            event.markTaken(name);
            return array;
        }
        throw wrong(name, "an array", event.get(name));
    }

    boolean isAbsent(String name) {
        JsonNode value = event.get(name);
        return value == null || value.isNull();
    }

    /** What is wrong with nested members that our own events always have. */
    List<String> problems() {
        return event.problems();
    }

    /** Everything that was not taken, nested members included unless a typed value keeps them itself. */
    ExtraMembers rest() {
        return event.rest();
    }

    private MalformedEventException wrong(String name, String expected, @Nullable JsonNode found) {
        return new MalformedEventException(
                type + ": " + name + (found == null ? " is missing" : " is not " + expected));
    }
}
