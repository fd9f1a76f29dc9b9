package dev.antiphon.core.port;

import java.util.List;

/**
 * A selected transport and why it was selected.
 *
 * @param transport opens the connection
 * @param reason one sentence for people
 */
public record TransportChoice(RealtimeTransport transport, String reason) {
    /** The transport's short name. */
    public String name() {
        return transport.traits().name();
    }

    /** What this way in cannot do, known before anything is sent. */
    public List<String> limits() {
        return transport.traits().limits();
    }

    @Override
    public String toString() {
        return name() + ": " + reason;
    }
}
