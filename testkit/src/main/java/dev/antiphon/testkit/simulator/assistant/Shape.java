package dev.antiphon.testkit.simulator.assistant;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What a JSON value must look like. A check names the first offending member by its path. */
@FunctionalInterface
interface Shape {
    /** Passes or throws; {@code path} says where the value sits and is empty for the whole event. */
    void check(String path, JsonNode value) throws InvalidEvent;

    static Shape any() {
        return (path, value) -> {};
    }

    static Shape string() {
        return (path, value) -> expect(value.isString(), path, "a string");
    }

    static Shape stringOf(String... allowed) {
        List<String> names = List.of(allowed);
        return (path, value) ->
                expect(value.isString() && names.contains(value.stringValue()), path, "one of " + names);
    }

    static Shape bool() {
        return (path, value) -> expect(value.isBoolean(), path, "a boolean");
    }

    static Shape integer(long min, long max) {
        return (path, value) -> expect(
                value.isIntegralNumber()
                        && value.canConvertToLong()
                        && value.longValue() >= min
                        && value.longValue() <= max,
                path,
                "an integer from " + min + " to " + max);
    }

    static Shape number(double min, double max) {
        return (path, value) -> expect(
                value.isNumber() && value.doubleValue() >= min && value.doubleValue() <= max,
                path,
                "a number from " + min + " to " + max);
    }

    static Shape object() {
        return (path, value) -> expect(value.isObject(), path, "an object");
    }

    static Shape arrayOf(Shape element) {
        return (path, value) -> {
            expect(value.isArray(), path, "an array");
            for (int i = 0; i < value.size(); i++) {
                element.check(path + "[" + i + "]", value.get(i));
            }
        };
    }

    /** Passes when one of the shapes does; otherwise fails as the last one. */
    static Shape either(Shape first, Shape second) {
        return (path, value) -> {
            try {
                first.check(path, value);
            } catch (InvalidEvent e) {
                second.check(path, value);
            }
        };
    }

    static Fields fields() {
        return new Fields();
    }

    default Shape orNull() {
        return (path, value) -> {
            if (!value.isNull()) {
                check(path, value);
            }
        };
    }

    private static void expect(boolean holds, String path, String what) throws InvalidEvent {
        if (!holds) {
            throw InvalidEvent.value(path, "Invalid value for '" + path + "': expected " + what + ".");
        }
    }

    /** An object with known members. Members that are not named are refused as {@code unknown_parameter}. */
    final class Fields implements Shape {
        private final Map<String, Shape> known = new LinkedHashMap<>();
        private final Set<String> required = new LinkedHashSet<>();

        Fields with(String name, Shape shape) {
            known.put(name, shape);
            return this;
        }

        Fields need(String name, Shape shape) {
            required.add(name);
            return with(name, shape);
        }

        @Override
        public void check(String path, JsonNode value) throws InvalidEvent {
            expect(value.isObject(), path, "an object");
            String prefix = path.isEmpty() ? "" : path + ".";
            for (String name : required) {
                if (!value.has(name)) {
                    throw InvalidEvent.missing(prefix + name);
                }
            }
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                Shape shape = known.get(member.getKey());
                if (shape == null) {
                    throw InvalidEvent.unknownParameter(prefix + member.getKey());
                }
                shape.check(prefix + member.getKey(), member.getValue());
            }
        }
    }
}
