package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.RawJson;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that ties a call to where and how it was created, so that it can be joined there and
 * nowhere else, by this process or by another.
 *
 * <p>It holds no key, yet the call id in it lets whoever also has the key control the call: keep it
 * as you keep session cookies. Immutable.
 *
 * @param baseUrl base URL of the endpoint that created the call
 * @param identity name of the account that created it, where the endpoint's credentials know it
 * @param dialect name of the dialect it is spoken to in
 * @param call the call
 * @param session the session it was created with, as JSON; empty for a call that somebody else created
 */
public record CallTicket(
        URI baseUrl, Optional<String> identity, String dialect, CallId call, Optional<RawJson> session) {
    private static final String PREFIX = "antiphon-call-1?";

    /**
     * One line of printable ASCII that {@link #decode} reads back: the call id and the session are in
     * it in clear.
     */
    public String encode() {
        StringBuilder text = new StringBuilder(PREFIX);
        append(text, "base", baseUrl.toString());
        identity.ifPresent(name -> append(text, "identity", name));
        append(text, "dialect", dialect);
        append(text, "call", call.value());
        session.ifPresent(json -> append(text, "session", json.text()));
        return text.substring(0, text.length() - 1);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException if the text is no ticket; the message does not repeat it
     */
    public static CallTicket decode(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("not a call ticket: it must start with " + PREFIX);
        }
        Map<String, String> fields = new HashMap<>();
        for (String pair : text.substring(PREFIX.length()).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0 || fields.put(pair.substring(0, equals), decodeField(pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException("not a call ticket: fields are name=value, each once");
            }
        }
        return new CallTicket(
                baseUrl(required(fields, "base")),
                Optional.ofNullable(fields.get("identity")),
                required(fields, "dialect"),
                new CallId(required(fields, "call")),
                Optional.ofNullable(fields.get("session")).map(RawJson::new));
    }

    private static void append(StringBuilder text, String name, String value) {
        text.append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8))
                .append('&');
    }

    private static String decodeField(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a call ticket: a field is not percent-encoded", e);
        }
    }

    private static String required(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("not a call ticket: " + name + " is missing");
        }
        return value;
    }

    private static URI baseUrl(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a call ticket: base is not a URL", e);
        }
    }

    /** Shows host, dialect and digest of the call. */
    @Override
    public String toString() {
        return "CallTicket[" + baseUrl.getHost() + ", " + dialect + ", call #" + call.digest() + "]";
    }
}
