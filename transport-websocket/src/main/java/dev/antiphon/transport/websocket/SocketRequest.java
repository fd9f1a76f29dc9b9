package dev.antiphon.transport.websocket;

import java.net.URI;

/**
 * What to dial.
 *
 * @param url a URL of the dialer's endpoint
 * @param headers of this connection only; they take the place of the endpoint's
 * @param attempt named in faults, counts from 1
 */
public record SocketRequest(URI url, Headers headers, int attempt) {
    /** A first attempt without headers of its own. */
    public static SocketRequest to(URI url) {
        return new SocketRequest(url, Headers.none(), 1);
    }

    public SocketRequest withHeaders(Headers headers) {
        return new SocketRequest(url, headers, attempt);
    }

    public SocketRequest withAttempt(int attempt) {
        return new SocketRequest(url, headers, attempt);
    }

    /** Shows the host only: the query may hold a call id. */
    @Override
    public String toString() {
        return "SocketRequest[" + HostPort.of(url) + ", attempt " + attempt + "]";
    }
}
