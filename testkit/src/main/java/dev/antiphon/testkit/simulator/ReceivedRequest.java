package dev.antiphon.testkit.simulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP request as it arrived, its key replaced by a {@link Credential}. Immutable; {@code toString} shows
 * method and path only.
 */
public final class ReceivedRequest {
    private final String connection;
    private final String method;
    private final String path;
    private final Map<String, List<String>> query;
    private final List<Map.Entry<String, String>> headers;
    private final Credential credential;
    private final byte[] body;

    ReceivedRequest(
            String connection,
            String method,
            String path,
            Map<String, List<String>> query,
            List<Map.Entry<String, String>> headers,
            Credential credential,
            byte[] body) {
        this.connection = connection;
        this.method = method;
        this.path = path;
        this.query = query;
        this.headers = List.copyOf(headers);
        this.credential = credential;
        this.body = body;
    }

    /** Id of the TCP connection it came on. */
    public String connection() {
        return connection;
    }

    public String method() {
        return method;
    }

    /** Decoded path without the query, for example {@code /v1/realtime/calls}. */
    public String path() {
        return path;
    }

    /** The first value of a query parameter. */
    public Optional<String> query(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
    }

    /** All headers in order, keys masked. */
    public List<Map.Entry<String, String>> headers() {
        return headers;
    }

    /** The first header of this name, keys masked. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Who sent it. */
    public Credential credential() {
        return credential;
    }

    public boolean sameCredentialAs(ReceivedRequest other) {
        return credential.isPresent() && credential.equals(other.credential);
    }

    /** A copy of the body. */
    public byte[] body() {
        return body.clone();
    }

    /** The body itself, for readers inside the simulator. */
    byte[] rawBody() {
        return body;
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
