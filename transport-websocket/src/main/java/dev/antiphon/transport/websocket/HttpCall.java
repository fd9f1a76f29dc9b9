package dev.antiphon.transport.websocket;

import java.net.URI;
import java.time.Duration;

/** One POST request. Immutable; the {@code with} methods return changed copies. */
public final class HttpCall {
    private final URI url;
    private final Headers headers;
    private final String accept;
    private final String contentType;
    private final byte[] body;
    private final Duration deadline;
    private final int maxBodyBytes;

    private HttpCall(
            URI url,
            Headers headers,
            String accept,
            String contentType,
            byte[] body,
            Duration deadline,
            int maxBodyBytes) {
        this.url = url;
        this.headers = headers;
        this.accept = accept;
        this.contentType = contentType;
        this.body = body;
        this.deadline = deadline;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** An empty POST, to be answered within 30 seconds by at most 1 MiB. */
    public static HttpCall post(URI url) {
        return new HttpCall(url, Headers.none(), "*/*", "", new byte[0], Duration.ofSeconds(30), 1024 * 1024);
    }

    /** Headers of this request only; they take the place of the endpoint's. */
    public HttpCall withHeaders(Headers headers) {
        return new HttpCall(url, headers, accept, contentType, body, deadline, maxBodyBytes);
    }

    /** The media type we understand. */
    public HttpCall withAccept(String mediaType) {
        Headers.checkValue("Accept", mediaType);
        return new HttpCall(url, headers, mediaType, contentType, body, deadline, maxBodyBytes);
    }

    /** The body, which must not be changed afterwards. */
    public HttpCall withBody(String contentType, byte[] body) {
        Headers.checkValue("Content-Type", contentType);
        return new HttpCall(url, headers, accept, contentType, body, deadline, maxBodyBytes);
    }

    /** From the start of the dial to the end of the answer's body. */
    public HttpCall withDeadline(Duration deadline) {
        return new HttpCall(url, headers, accept, contentType, body, deadline, maxBodyBytes);
    }

    /** Largest body accepted; a larger one fails the exchange. */
    public HttpCall withMaxBody(int bytes) {
        return new HttpCall(url, headers, accept, contentType, body, deadline, bytes);
    }

    URI url() {
        return url;
    }

    Headers headers() {
        return headers;
    }

    String accept() {
        return accept;
    }

    String contentType() {
        return contentType;
    }

    byte[] body() {
        return body;
    }

    Duration deadline() {
        return deadline;
    }

    int maxBodyBytes() {
        return maxBodyBytes;
    }

    /** Shows the host only: the path may hold a call id. */
    @Override
    public String toString() {
        return "HttpCall[" + HostPort.of(url) + ", " + body.length + " bytes]";
    }
}
