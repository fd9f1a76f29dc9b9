package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ExtraMembers;
import dev.antiphon.core.model.RawJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tolerant reading of one nested object. A member is <em>taken</em> when a typed value now says
 * exactly what the JSON says; what was not taken, because it is unknown or has an unexpected form,
 * ends up in {@link #rest()}. So a typed value and its rest together are the whole object.
 *
 * <p>Used by one thread, for one object.
 */
final class Fields {
    private final JsonNode object;
    private final String pointer;
    private final List<String> problems;
    private final boolean written;
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Fields> children = new LinkedHashMap<>();
    private boolean represented;
    private boolean settled;

    /** @param written whether typed values are to be written again, as a client's are and a server's are not */
    Fields(JsonNode object, boolean written) {
        this(object, "", new ArrayList<>(), written);
    }

    /** @param problems collects what is wrong with members that must be there */
    private Fields(JsonNode object, String pointer, List<String> problems, boolean written) {
        this.object = object;
        this.pointer = pointer;
        this.problems = problems;
        this.written = written;
    }

    JsonNode node() {
        return object;
    }

    List<String> problems() {
        return problems;
    }

    boolean isObject() {
        return object.isObject();
    }

    /** Says that a typed value stands for this object even if it has no members. */
    Fields represented() {
        this.represented = true;
        return this;
    }

    /** The object at a member; without members if there is none. Its rest becomes part of ours. */
    Fields object(String name) {
        return children.computeIfAbsent(
                name,
                key -> new Fields(
                        object.get(key) instanceof ObjectNode child ? child : MissingNode.getInstance(),
                        pointer + "/" + escaped(key),
                        problems,
                        written));
    }

    /** A text; empty if there is none. */
    String text(String name) {
        return optionalText(name).orElse("");
    }

    /** A text that the typed value always writes: to leave it out is wrong. */
    String requiredText(String name) {
        requireKind(name, JsonNode::isString, "a string");
        JsonNode value = object.get(name);
        if (value == null || !value.isString()) {
            return "";
        }
        taken.add(name);
        return value.stringValue();
    }

    /**
     * Whether a member is left out that the typed value would write. Only what is to be written again
     * must know: a server's text that is not there reads as empty.
     */
    boolean omits(String name) {
        return written && object.get(name) == null;
    }

    /** A text; empty if there is none. An empty text counts as none and stays in the rest. */
    Optional<String> optionalText(String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isString() || value.stringValue().isEmpty()) {
            return Optional.empty();
        }
        taken.add(name);
        return Optional.of(value.stringValue());
    }

    /** A text that may be empty. */
    Optional<String> anyText(String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isString()) {
            return Optional.empty();
        }
        taken.add(name);
        return Optional.of(value.stringValue());
    }

    OptionalLong integer(String name) {
        JsonNode value = object.get(name);
        if (value == null || !Nodes.isInteger(value)) {
            return OptionalLong.empty();
        }
        taken.add(name);
        return OptionalLong.of(Nodes.integer(value));
    }

    OptionalInt smallInteger(String name) {
        OptionalLong value = integer(name);
        if (value.isPresent() && value.getAsLong() == (int) value.getAsLong()) {
            return OptionalInt.of((int) value.getAsLong());
        }
        taken.remove(name);
        return OptionalInt.empty();
    }

    OptionalDouble number(String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isNumber()) {
            return OptionalDouble.empty();
        }
        if (Nodes.isExactDouble(value)) {
            taken.add(name);
        }
        return OptionalDouble.of(value.decimalValue().doubleValue());
    }

    Optional<Boolean> flag(String name) {
        JsonNode value = object.get(name);
        if (value == null || !value.isBoolean()) {
            return Optional.empty();
        }
        taken.add(name);
        return Optional.of(value.booleanValue());
    }

    /** A list of texts. */
    Optional<List<String>> texts(String name) {
        return Nodes.texts(object.get(name)).map(texts -> {
            taken.add(name);
            return texts;
        });
    }

    /** Any value but null, as it is. */
    Optional<RawJson> raw(String name) {
        JsonNode value = object.get(name);
        if (value == null || value.isNull()) {
            return Optional.empty();
        }
        taken.add(name);
        return Optional.of(Nodes.raw(value));
    }

    /** A flag that the typed value always writes: to leave it out is wrong. */
    boolean requiredFlag(String name) {
        requireKind(name, JsonNode::isBoolean, "true or false");
        return flag(name).orElse(false);
    }

    /** Elements of a list that the typed value always writes. */
    Iterable<JsonNode> requiredElements(String name) {
        requireKind(name, JsonNode::isArray, "an array");
        return elements(name);
    }

    Iterable<JsonNode> elements(String name) {
        if (object.get(name) instanceof ArrayNode array) {
            taken.add(name);
            return array;
        }
        return List.of();
    }

    /** One element of a list. It has a rest of its own. */
    Fields element(String list, JsonNode element) {
        return new Fields(element, pointer + "/" + escaped(list), problems, written);
    }

    /**
     * Hands a member of the right kind to a typed value. If that refuses it, the member stays in the
     * rest.
     */
    void take(String name, Predicate<JsonNode> kind, Consumer<JsonNode> sink) {
        JsonNode value = object.get(name);
        if (value == null || !kind.test(value)) {
            return;
        }
        try {
            sink.accept(value);
            taken.add(name);
        } catch (IllegalArgumentException refused) {
            // The typed value has rules that this server's value breaks; it stays readable as raw JSON.
            taken.remove(name);
        }
    }

    /**
     * Hands an object member to a typed value. If reading or the typed value refuses it, the member
     * stays in the rest.
     */
    <T> void takeObject(String name, Function<Fields, T> read, Consumer<? super T> sink) {
        Fields child = object(name);
        if (!child.isObject()) {
            return;
        }
        try {
            sink.accept(read.apply(child.represented()));
        } catch (IllegalArgumentException refused) {
            release(name);
        }
    }

    /** The same for a list of nothing but texts. */
    void takeTexts(String name, Consumer<List<String>> sink) {
        Nodes.texts(object.get(name)).ifPresent(texts -> take(name, JsonNode::isArray, value -> sink.accept(texts)));
    }

    /** Tells that a member is there and null. */
    void takeNull(String name, Runnable sink) {
        JsonNode value = object.get(name);
        if (value != null && value.isNull()) {
            sink.run();
            taken.add(name);
        }
    }

    void markTaken(String name) {
        taken.add(name);
    }

    /** Takes a member back: the typed value does not say it after all. */
    void release(String name) {
        taken.remove(name);
        children.remove(name);
    }

    private void requireKind(String name, Predicate<JsonNode> kind, String expected) {
        JsonNode value = object.get(name);
        if (value == null) {
            problems.add(dotted(name) + " is missing");
        } else if (!kind.test(value) && !value.isNull()) {
            problems.add(dotted(name) + " is not " + expected);
        }
    }

    private String dotted(String name) {
        return (pointer + "/" + name).substring(1).replace('/', '.');
    }

    /** Everything that was not taken. Whoever asks keeps it: it is not part of the parent's rest any more. */
    ExtraMembers rest() {
        Map<String, RawJson> rest = new LinkedHashMap<>();
        collectRest(rest, pointer.length());
        settled = true;
        return ExtraMembers.of(rest);
    }

    /** The whole object, kept as it is by whoever asks. */
    RawJson whole() {
        settled = true;
        return Nodes.raw(object);
    }

    private void collectRest(Map<String, RawJson> rest, int prefix) {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            String name = member.getKey();
            if (taken.contains(name)) {
                continue;
            }
            Fields child = children.get(name);
            if (child != null && child.settled) {
                continue;
            }
            if (child != null && child.saysSomething()) {
                child.collectRest(rest, prefix);
            } else {
                String at = pointer + "/" + escaped(name);
                rest.put(at.substring(prefix), Nodes.raw(member.getValue()));
            }
        }
    }

    private boolean saysSomething() {
        return represented || !taken.isEmpty() || children.values().stream().anyMatch(Fields::saysSomething);
    }

    /** RFC 6901 §3. */
    static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /** The node of a member, if it is there. */
    @Nullable
    JsonNode get(String name) {
        return object.get(name);
    }
}
