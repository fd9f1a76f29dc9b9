package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * A read-only look at a JSON value. Paths are member names and array positions joined by dots, for example
 * {@code item.content.0.text}. A path that leads nowhere gives a missing view, never an exception.
 */
public final class JsonView {
    private final JsonNode node;

    JsonView(JsonNode node) {
        this.node = node;
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if it is not JSON; the message does not quote it
     */
    public static JsonView parse(String text) {
        try {
            return new JsonView(Json.parse(text));
        } catch (InvalidEvent e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static JsonView missing() {
        return new JsonView(MissingNode.getInstance());
    }

    /** A missing view if the text is not JSON. */
    static JsonView ofMessage(String text) {
        try {
            return new JsonView(Json.parse(text));
        } catch (InvalidEvent e) {
            return missing();
        }
    }

    /** The value at a path. */
    public JsonView at(String path) {
        JsonNode here = node;
        for (String step : path.split("\\.", -1)) {
            boolean position = here.isArray() && !step.isEmpty() && step.chars().allMatch(Character::isDigit);
            here = position ? here.path(Integer.parseInt(step)) : here.path(step);
        }
        return new JsonView(here);
    }

    /** The member of exactly this name, which may hold dots; a missing view if there is none. */
    public JsonView member(String name) {
        return new JsonView(node.path(name));
    }

    /** The string at a path; empty if there is none. */
    public String text(String path) {
        return at(path).text();
    }

    /** This value as text: a string without quotes, a number or boolean as written; otherwise empty. */
    public String text() {
        return node.isValueNode() && !node.isNull() ? node.asString("") : "";
    }

    /** The whole number at a path; 0 if there is none. */
    public long number(String path) {
        return at(path).node.asLong(0);
    }

    /** The boolean at a path; false if there is none. */
    public boolean isTrue(String path) {
        return at(path).node.asBoolean(false);
    }

    /** Whether something, be it null, stands at a path. */
    public boolean has(String path) {
        return !at(path).isMissing();
    }

    public boolean isMissing() {
        return node.isMissingNode();
    }

    public boolean isNull() {
        return node.isNull();
    }

    /** Number of elements or members. */
    public int size() {
        return node.size();
    }

    /** The elements of an array; empty for anything else. */
    public List<JsonView> elements() {
        List<JsonView> elements = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(element -> elements.add(new JsonView(element)));
        }
        return elements;
    }

    /** The member names of an object in their order; empty for anything else. */
    public List<String> names() {
        return List.copyOf(node.propertyNames());
    }

    /** The {@code type} member. */
    public String type() {
        return text("type");
    }

    /** This value as JSON text. */
    public String json() {
        return Json.write(node);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonView view && view.node.equals(node);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(node);
    }

    /** Shows the type only: values may hold text and sound. */
    @Override
    public String toString() {
        return "JsonView[" + (type().isEmpty() ? node.getNodeType() : type()) + "]";
    }
}
