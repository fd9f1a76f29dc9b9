package dev.antiphon.transport.websocket;

/**
 * A whole HTTP answer, of any status.
 *
 * @param status the status code
 * @param headers as received
 * @param body as received, empty if there was none; the array is this value's own and must not be changed
 */
public record HttpAnswer(int status, Headers headers, byte[] body) {
    /** Whether the status is 2xx. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Shows status and size only: a body may be an SDP or a secret. */
    @Override
    public String toString() {
        return "HttpAnswer[" + status + ", " + body.length + " bytes]";
    }
}
