package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.util.Optional;

/** Ends that the engine decides by itself. */
final class Closures {
    private Closures() {}

    /** The server reported an error that no later event of the session survives. */
    static Closure byError(Fault fault, ErrorDetail error) {
        TransportException cause = new TransportException(fault, "the server reported " + error.label());
        return new Closure(
                Closure.Initiator.SERVER,
                Closure.NORMAL,
                String.valueOf(cause.getMessage()),
                Optional.of(cause),
                fault.retry() == Fault.Retry.LATER,
                Closure.Discarded.NONE);
    }

    /** A listener lagged for too long or too far. */
    static Closure stalled(ConversationLimits limits) {
        return Closure.failed(new TransportException(
                Fault.CONSUMER_STALLED,
                "a listener, or the lack of one, left events waiting: reading pauses at " + limits.eventsHigh()
                        + " events or " + limits.eventBytesHigh() + " bytes, and may stay paused for "
                        + limits.stall()));
    }
}
