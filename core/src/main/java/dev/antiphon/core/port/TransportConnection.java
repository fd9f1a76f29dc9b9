package dev.antiphon.core.port;

import dev.antiphon.core.model.Closure;

/**
 * The connection of one conversation, in every phase: while a call is created, joined, live,
 * re-joined. All methods are safe for use by any thread, return at once and may be called at any
 * time, also after the end.
 */
public interface TransportConnection {
    /**
     * Stops reading server events until {@link #resumeReceiving}. A few events that were already
     * read may still be delivered. Writing goes on, pings are still answered.
     */
    void pauseReceiving();

    /** Reads server events again. */
    void resumeReceiving();

    /**
     * Ends the connection and whatever is on its way to it: a running call creation, a join, a
     * backoff. Idempotent; the first call counts. A live socket is closed with the closure's code
     * and text (1000 where the code may not travel, RFC 6455 §7.4.1) and a short deadline.
     *
     * <p>{@link TransportListener#onClosed} follows with this closure, unless the connection had
     * already ended.
     */
    void close(Closure closure);
}
