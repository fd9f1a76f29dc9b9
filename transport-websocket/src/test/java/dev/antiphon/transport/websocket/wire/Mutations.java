package dev.antiphon.transport.websocket.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Variants of a JSON event: one change at one place each, or another spelling of the same value. */
final class Mutations {
    /**
     * One variant.
     *
     * @param pointer where it differs, RFC 6901
     */
    record Variant(String pointer, JsonNode json) {
        /** Whether the change is below the members of the event itself. */
        boolean isNested() {
            return pointer.indexOf('/', 1) > 0;
        }

        String name() {
            return pointer.substring(pointer.lastIndexOf('/') + 1);
        }
    }

    /** Changes one member of an object. */
    private interface Change {
        void of(ObjectNode object, String member);
    }

    private Mutations() {}

    /** An unknown member of each kind of value in each object. */
    static List<Variant> withUnknownMembers(JsonNode event) {
        List<Variant> variants = new ArrayList<>();
        for (String json :
                List.of("7", "null", "\"text\"", "[1,{}]", "{\"deep\":{\"er\":[]}}", "12345678901234567890.5")) {
            for (String pointer : objects(event)) {
                JsonNode copy = event.deepCopy();
                ((ObjectNode) copy.at(pointer)).set("zz_unknown/~member", Vectors.JSON.readTree(json));
                variants.add(new Variant(pointer + "/zz_unknown~1~0member", copy));
            }
        }
        return variants;
    }

    /** Each member of each object left out in turn, but the type of the event. */
    static List<Variant> withoutEachMember(JsonNode event) {
        return each(event, (object, name) -> object.remove(name));
    }

    /** Each member replaced in turn, but the type of the event. */
    static List<Variant> withEachMember(JsonNode event, JsonNode replacement) {
        return each(event, (object, name) -> object.set(name, replacement));
    }

    /** Members of all objects in another order, blanks everywhere, all texts as escapes. */
    static String spelledOtherwise(JsonNode json, Random random) {
        StringBuilder text = new StringBuilder();
        spell(json, random, text);
        return text.toString();
    }

    private static List<Variant> each(JsonNode event, Change change) {
        List<Variant> variants = new ArrayList<>();
        for (String pointer : objects(event)) {
            for (String name : event.at(pointer).propertyNames()) {
                if (pointer.isEmpty() && name.equals("type")) {
                    continue;
                }
                JsonNode copy = event.deepCopy();
                change.of((ObjectNode) copy.at(pointer), name);
                variants.add(new Variant(pointer + "/" + Fields.escaped(name), copy));
            }
        }
        return variants;
    }

    private static List<String> objects(JsonNode event) {
        List<String> pointers = new ArrayList<>();
        collect(event, "", pointers);
        return pointers;
    }

    private static void collect(JsonNode node, String pointer, List<String> pointers) {
        if (node instanceof ObjectNode object) {
            pointers.add(pointer);
            object.properties()
                    .forEach(member ->
                            collect(member.getValue(), pointer + "/" + Fields.escaped(member.getKey()), pointers));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                collect(array.get(i), pointer + "/" + i, pointers);
            }
        }
    }

    private static void spell(JsonNode node, Random random, StringBuilder text) {
        blank(random, text);
        if (node instanceof ObjectNode object) {
            List<Map.Entry<String, JsonNode>> members = new ArrayList<>(object.properties());
            Collections.shuffle(members, random);
            text.append('{');
            for (int i = 0; i < members.size(); i++) {
                text.append(i == 0 ? "" : ",");
                blank(random, text);
                escape(members.get(i).getKey(), text);
                blank(random, text);
                text.append(':');
                spell(members.get(i).getValue(), random, text);
            }
            text.append('}');
        } else if (node instanceof ArrayNode array) {
            text.append('[');
            for (int i = 0; i < array.size(); i++) {
                text.append(i == 0 ? "" : ",");
                spell(array.get(i), random, text);
            }
            text.append(']');
        } else if (node.isString()) {
            escape(node.stringValue(), text);
        } else {
            text.append(node);
        }
        blank(random, text);
    }

    private static void escape(String value, StringBuilder text) {
        text.append('"');
        value.chars().forEach(unit -> text.append(String.format("\\u%04X", unit)));
        text.append('"');
    }

    private static void blank(Random random, StringBuilder text) {
        text.append(" \t\r\n".charAt(random.nextInt(4)));
    }
}
