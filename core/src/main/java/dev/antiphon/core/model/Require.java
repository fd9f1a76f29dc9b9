package dev.antiphon.core.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks that a server would make too, made before any byte is sent. The field is named, its value never quoted. */
final class Require {
    private static final int MAX_METADATA_PAIRS = 16;
    private static final int MAX_METADATA_KEY = 64;
    private static final int MAX_METADATA_VALUE = 512;

    private Require() {}

    static String notBlank(String field, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(field + " is blank");
        }
        return value;
    }

    static String atMost(String field, String value, int characters) {
        if (value.length() > characters) {
            throw new IllegalArgumentException(
                    field + " has " + value.length() + " characters, at most " + characters + " are allowed");
        }
        return value;
    }

    /** For values that end up in URLs and headers. */
    static String printableAscii(String field, String value) {
        notBlank(field, value);
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) <= ' ' || value.charAt(i) > '~') {
                throw new IllegalArgumentException(field + " holds a blank, a control or a non-ASCII character");
            }
        }
        return value;
    }

    /** For closed sets of names. */
    static String oneOf(String field, String value, List<String> allowed) {
        if (!allowed.contains(value)) {
            throw new IllegalArgumentException(field + " must be "
                    + (allowed.size() == 1 ? allowed.get(0) : "one of " + String.join(", ", allowed)));
        }
        return value;
    }

    /** For raw JSON that must be an object: its brackets are looked at, the rest is the codec's to check. */
    static RawJson object(String field, RawJson json) {
        String text = json.text().strip();
        if (!text.startsWith("{") || !text.endsWith("}")) {
            throw new IllegalArgumentException(field + " must be a JSON object");
        }
        return json;
    }

    static double within(String field, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException(field + " must be from " + low + " to " + high + ": " + value);
        }
        return value;
    }

    static long within(String field, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(field + " must be from " + low + " to " + high + ": " + value);
        }
        return value;
    }

    static long notNegative(String field, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(field + " must not be negative: " + value);
        }
        return value;
    }

    /** The model answers in audio or in text, never in both. */
    static List<String> modalities(List<String> modalities) {
        if (modalities.size() != 1) {
            throw new IllegalArgumentException(
                    "output_modalities must be either audio or text: " + modalities.size() + " were given");
        }
        notBlank("output_modalities", modalities.get(0));
        return List.copyOf(modalities);
    }

    static List<Tool> tools(List<Tool> tools) {
        long names = tools.stream()
                .filter(Tool.Function.class::isInstance)
                .map(tool -> ((Tool.Function) tool).name())
                .distinct()
                .count();
        long functions = tools.stream().filter(Tool.Function.class::isInstance).count();
        if (names != functions) {
            throw new IllegalArgumentException("tools: two functions have the same name");
        }
        return List.copyOf(tools);
    }

    static Map<String, String> metadata(Map<String, String> metadata) {
        if (metadata.size() > MAX_METADATA_PAIRS) {
            throw new IllegalArgumentException(
                    "metadata has " + metadata.size() + " pairs, at most " + MAX_METADATA_PAIRS + " are allowed");
        }
        metadata.forEach((key, value) -> {
            atMost("a key of metadata", key, MAX_METADATA_KEY);
            atMost("a value of metadata", value, MAX_METADATA_VALUE);
        });
        return Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }
}
