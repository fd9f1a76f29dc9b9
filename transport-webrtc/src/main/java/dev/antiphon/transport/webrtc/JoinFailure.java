package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a call's control socket does not stand.
 *
 * @param reason class of the failure
 * @param cause the fault for the application, with the last attempt's fault as its cause
 */
record JoinFailure(Reason reason, TransportException cause) {
    /** Classes of failure that end differently. */
    enum Reason {
        /** The server refused in a way that repeating cannot change. */
        REFUSED,
        /** The server does not know the call and has had its time to learn of it. */
        CALL_NOT_FOUND,
        /** No attempt is left, or the server asks to wait longer than we may. */
        GAVE_UP,
        /** The total deadline has passed. */
        DEADLINE
    }

    static JoinFailure of(
            Reason reason,
            String why,
            String host,
            CallId call,
            int attempts,
            JoinBudget budget,
            @Nullable StepFailure last) {
        String message = "call #" + call.digest() + " at " + host + " was not joined: " + why + "; " + attempts
                + (attempts == 1 ? " attempt in " : " attempts in ")
                + budget.spent().toMillis() + " ms"
                + (last == null ? "" : "; last: " + last.cause().getMessage());
        return new JoinFailure(
                reason,
                new TransportException(
                        Fault.SIDEBAND_NOT_JOINED,
                        message,
                        last == null ? StepFailure.NO_STATUS : last.status(),
                        Optional.empty(),
                        last == null ? null : last.cause()));
    }

    /** Whether a new conversation can be expected to work. */
    boolean isRecoverable() {
        return reason != Reason.REFUSED;
    }
}
