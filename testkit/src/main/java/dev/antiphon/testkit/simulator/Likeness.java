package dev.antiphon.testkit.simulator;

import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a client event is the recorded one again. Ids that a client makes up may differ, and so may what a
 * recording has masked: letters as {@code x}, digits as {@code 0}, sound as silence of the same length.
 */
final class Likeness {
    private static final Set<String> MADE_UP = Set.of("event_id", "id", "previous_item_id");

    private Likeness() {}

    static boolean same(JsonNode recorded, JsonNode now) {
        if (recorded instanceof ObjectNode object) {
            if (!(now instanceof ObjectNode other) || !names(object).equals(names(other))) {
                return false;
            }
            for (Map.Entry<String, JsonNode> member : object.properties()) {
                String name = member.getKey();
                if (!MADE_UP.contains(name) && !sameMember(name, member.getValue(), other.path(name))) {
                    return false;
                }
            }
            return true;
        } else if (recorded.isArray()) {
            boolean same = now.isArray() && now.size() == recorded.size();
            for (int index = 0; same && index < recorded.size(); index++) {
                same = same(recorded.path(index), now.path(index));
            }
            return same;
        } else if (recorded.isString() && now.isString()) {
            String text = now.asString();
            return recorded.asString().equals(text) || recorded.asString().equals(masked(text));
        } else if (recorded.isNumber() && now.isNumber()) {
            return recorded.decimalValue().compareTo(now.decimalValue()) == 0;
        }
        return recorded.equals(now);
    }

    private static boolean sameMember(String name, JsonNode recorded, JsonNode now) {
        boolean sound = name.equals("audio") && recorded.isString();
        return sound ? sameLength(recorded, now) : same(recorded, now);
    }

    private static Set<String> names(ObjectNode object) {
        Set<String> names = new java.util.HashSet<>(object.propertyNames());
        names.removeAll(MADE_UP);
        return names;
    }

    private static boolean sameLength(JsonNode recorded, JsonNode now) {
        return now.isString() && now.asString().length() == recorded.asString().length();
    }

    private static String masked(String text) {
        StringBuilder masked = new StringBuilder(text.length());
        for (int index = 0; index < text.length(); index++) {
            char each = text.charAt(index);
            boolean digit = each >= '0' && each <= '9';
            boolean letter = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || each > 126;
            masked.append(digit ? '0' : letter ? 'x' : each);
        }
        return masked.toString();
    }
}
