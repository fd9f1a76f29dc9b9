package dev.antiphon.transport.websocket;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * HTTP header fields in their order; names are compared without case. Immutable.
 *
 * <p>Fields for a request are checked when they are added, so that no value can break out of its
 * line: names are tokens (RFC 9110 §5.1), values printable ASCII without blanks at their ends.
 */
public final class Headers {
    private static final Headers NONE = new Headers(List.of());
    private static final String TOKEN_SPECIALS = "!#$%&'*+-.^_`|~";

    /** What the transport writes itself, and what must never be sent. */
    private static final Set<String> RESERVED = Set.of(
            "authorization",
            "connection",
            "content-length",
            "content-type",
            "expect",
            "host",
            "http2-settings",
            "keep-alive",
            "openai-beta",
            "origin",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final List<Map.Entry<String, String>> fields;

    private Headers(List<Map.Entry<String, String>> fields) {
        this.fields = fields;
    }

    /** No fields. */
    public static Headers none() {
        return NONE;
    }

    /** One field for a request; see {@link #with}. */
    public static Headers of(String name, String value) {
        return NONE.with(name, value);
    }

    /**
     * These fields and one more for a request; it takes the place of any with the same name.
     *
     * @throws IllegalArgumentException if the name is no token or is one that the transport sets itself
     *     or never sends ({@code Authorization} belongs to {@link Credentials}), or if the value holds
     *     anything but printable ASCII; the message does not repeat the value
     */
    public Headers with(String name, String value) {
        checkName(name);
        checkValue(name, value);
        return replacing(name, value);
    }

    /** As {@link #with}, for the fields that only credentials may set. */
    Headers withCredential(CredentialHeader credential) {
        return replacing(credential.name(), credential.value());
    }

    private Headers replacing(String name, String value) {
        List<Map.Entry<String, String>> changed = new ArrayList<>(fields);
        changed.removeIf(field -> field.getKey().equalsIgnoreCase(name));
        changed.add(Map.entry(name, value));
        return new Headers(List.copyOf(changed));
    }

    /** These fields, and those of {@code others} whose names are not among them. */
    Headers over(Headers others) {
        List<Map.Entry<String, String>> merged = new ArrayList<>(fields);
        for (Map.Entry<String, String> field : others.fields) {
            if (first(field.getKey()).isEmpty()) {
                merged.add(field);
            }
        }
        return new Headers(List.copyOf(merged));
    }

    /** Fields of an answer, as they came. */
    static Headers received(HttpHeaders from) {
        List<Map.Entry<String, String>> fields = new ArrayList<>(from.size());
        from.iteratorAsString().forEachRemaining(field -> fields.add(Map.entry(field.getKey(), field.getValue())));
        return new Headers(List.copyOf(fields));
    }

    /** The first value with this name. */
    public Optional<String> first(String name) {
        for (Map.Entry<String, String> field : fields) {
            if (field.getKey().equalsIgnoreCase(name)) {
                return Optional.of(field.getValue());
            }
        }
        return Optional.empty();
    }

    /** All values with this name. */
    public List<String> all(String name) {
        return fields.stream()
                .filter(field -> field.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Every field in order. */
    public void forEach(BiConsumer<String, String> action) {
        fields.forEach(field -> action.accept(field.getKey(), field.getValue()));
    }

    private static void checkName(String name) {
        checkToken(name);
        String lower = name.toLowerCase(Locale.ROOT);
        if (RESERVED.contains(lower) || lower.startsWith("sec-websocket-")) {
            throw new IllegalArgumentException("header " + name + " is set by the transport or never sent");
        }
    }

    static void checkToken(String name) {
        boolean token = !name.isEmpty() && name.chars().allMatch(Headers::isTokenCharacter);
        if (!token) {
            throw new IllegalArgumentException("not a header name (" + name.length() + " characters)");
        }
    }

    private static boolean isTokenCharacter(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_SPECIALS.indexOf(c) >= 0;
    }

    static void checkValue(String name, String value) {
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c < 0x20 || c > 0x7e) {
                throw new IllegalArgumentException("value of header " + name + " has " + nameOf(c) + " at position "
                        + at + "; only printable ASCII may travel in a header");
            }
        }
        if (!value.equals(value.strip())) {
            throw new IllegalArgumentException("value of header " + name + " begins or ends with a blank");
        }
    }

    private static String nameOf(char c) {
        return switch (c) {
            case '\r' -> "a carriage return";
            case '\n' -> "a line feed";
            case 0 -> "a NUL";
            default -> c < 0x20 || c == 0x7f ? "a control character" : "a character outside ASCII";
        };
    }

    /** Shows the names only: values may be secrets. */
    @Override
    public String toString() {
        return "Headers" + fields.stream().map(Map.Entry::getKey).toList();
    }
}
