package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.time.Duration;
import java.util.Optional;

/**
 * One failed step of a call: what {@link RetryTable} decides on.
 *
 * @param fault what happened
 * @param status HTTP status of the server's refusal, or {@link #NO_STATUS}
 * @param mayHaveReached false only if provably no byte of the request left this host
 * @param retryAfter the wait that the server asked for
 * @param cause the fault with its message
 */
record StepFailure(
        Fault fault, int status, boolean mayHaveReached, Optional<Duration> retryAfter, TransportException cause) {
    static final int NO_STATUS = -1;

    /** The network failed before the server answered. */
    static StepFailure network(TransportException cause, boolean mayHaveReached) {
        return new StepFailure(cause.fault(), NO_STATUS, mayHaveReached, Optional.empty(), cause);
    }

    /** The server answered with a status that is no success. */
    static StepFailure refused(int status, Optional<Duration> retryAfter, TransportException cause) {
        return new StepFailure(cause.fault(), status, true, retryAfter, cause);
    }

    boolean hasStatus() {
        return status != NO_STATUS;
    }
}
