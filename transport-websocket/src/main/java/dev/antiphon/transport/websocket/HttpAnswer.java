package dev.antiphon.transport.websocket;

/** A whole HTTP answer, of any status. Immutable. */
public final class HttpAnswer {
    private final int status;
    private final Headers headers;
    private final byte[] body;

    HttpAnswer(int status, Headers headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** The status code. */
    public int status() {
        return status;
    }

    /** Whether the status is 2xx. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** As received. */
    public Headers headers() {
        return headers;
    }

    /** As received, empty if there was none. This answer's own array: it must not be changed. */
    public byte[] body() {
        return body;
    }

    /** Shows status and size only: a body may be an SDP or a secret. */
    @Override
    public String toString() {
        return "HttpAnswer[" + status + ", " + body.length + " bytes]";
    }
}
