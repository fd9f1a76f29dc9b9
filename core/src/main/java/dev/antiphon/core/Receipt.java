package dev.antiphon.core;

import java.util.concurrent.CompletionStage;

/**
 * The handle of one text or hand-off output. Safe for use by any thread.
 *
 * <p>Stages complete on a thread of the library, never on an event loop and never inside a listener
 * call, so a listener may wait for them.
 */
public interface Receipt {
    /** Event id sent with it; the server names it when it rejects the item. */
    String eventId();

    /** Item id sent with it; the server names it when it confirms the item. */
    String itemId();

    /** Whether it was accepted into its lane; if not, {@link #outcome} tells why and is complete. */
    boolean isAccepted();

    /**
     * Completes when the socket has taken the item. Fails with {@link NotSentException} if that will
     * never happen or cannot be known.
     */
    CompletionStage<Void> written();

    /** Completes, never exceptionally, with what became of the item. */
    CompletionStage<Outcome> outcome();
}
