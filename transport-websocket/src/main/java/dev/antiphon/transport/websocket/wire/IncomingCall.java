package dev.antiphon.transport.websocket.wire;

import java.time.Instant;
import java.util.List;

/**
 * A call from the telephone network that waits for an answer.
 *
 * @param eventId id of the notice that told of it
 * @param createdAt when the server made the notice
 * @param callId id to accept, reject, refer, hang up or join it by; a secret
 * @param headers SIP headers of the call, in order, repeated ones included
 */
public record IncomingCall(String eventId, Instant createdAt, String callId, List<SipHeader> headers) {
    /** Copies the headers. */
    public IncomingCall {
        headers = List.copyOf(headers);
    }

    /** One SIP header, RFC 3261 §7.3. */
    public record SipHeader(String name, String value) {
        /** Shows the name only: values hold telephone numbers. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** The first header of that name, whatever its case; empty text if there is none. */
    public String header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(SipHeader::value)
                .findFirst()
                .orElse("");
    }

    /** Shows the notice and the names of headers. */
    @Override
    public String toString() {
        return "IncomingCall[" + eventId + ", " + createdAt + ", " + headers + "]";
    }
}
