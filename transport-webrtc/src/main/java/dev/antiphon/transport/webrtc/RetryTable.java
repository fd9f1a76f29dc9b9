package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Fault;

/**
 * What follows a failure. Call creation is billed and not idempotent, a join is neither: hence two
 * columns. Each rule stands here once; deadlines and pauses are the caller's.
 */
final class RetryTable {
    private RetryTable() {}

    /** What to do after a failed step. */
    enum Verdict {
        /** Try again after a pause. */
        RETRY,
        /** The call is not visible yet: try again while it may still become so. */
        NOT_YET,
        /** Try again after the pause the server asked for, or fail at once if it is too long. */
        THROTTLED,
        /** What was asked for is so already. */
        OVER,
        /** Trying again cannot help or is not ours to decide. */
        FINAL,
        /** The server may have acted and never said so: never repeat. */
        UNKNOWN_OUTCOME
    }

    /** @param retryServerErrors whether 500, 502 and 504 may be repeated although a call may exist */
    static Verdict afterCreation(StepFailure failure, boolean retryServerErrors) {
        if (failure.hasStatus()) {
            return switch (failure.status()) {
                case 408, 429, 503 -> Verdict.THROTTLED;
                case 500, 502, 504 -> retryServerErrors ? Verdict.RETRY : Verdict.FINAL;
                default -> Verdict.FINAL;
            };
        }
        if (failure.mayHaveReached()) {
            return Verdict.UNKNOWN_OUTCOME;
        }
        return switch (failure.fault()) {
            case CONNECT_FAILED, CONNECT_TIMEOUT, TLS_TIMEOUT, CONNECTION_LOST, ENDPOINT_UNAVAILABLE -> Verdict.RETRY;
            default -> Verdict.FINAL;
        };
    }

    /** Joining creates nothing, so whatever may pass is repeated. */
    static Verdict afterJoin(StepFailure failure) {
        if (failure.hasStatus()) {
            return switch (failure.status()) {
                case 404 -> Verdict.NOT_YET;
                case 408, 429, 503 -> Verdict.THROTTLED;
                case 500, 502, 504 -> Verdict.RETRY;
                default -> Verdict.FINAL;
            };
        }
        return switch (failure.fault()) {
            case CONNECT_FAILED,
                    CONNECT_TIMEOUT,
                    TLS_TIMEOUT,
                    UPGRADE_TIMEOUT,
                    CONNECTION_LOST,
                    WRITE_TIMEOUT,
                    ENDPOINT_UNAVAILABLE -> Verdict.RETRY;
            default -> Verdict.FINAL;
        };
    }

    /**
     * Ending a call may be repeated as often as we like: a call ends once. A 404 means that it has ended
     * if the server ever knew it, and "not yet" otherwise.
     */
    static Verdict afterHangUp(StepFailure failure, OrphanGuard.Seen seen) {
        if (failure.status() == 410) {
            return Verdict.OVER;
        }
        Verdict verdict = afterJoin(failure);
        return verdict == Verdict.NOT_YET && seen == OrphanGuard.Seen.JOINED ? Verdict.OVER : verdict;
    }

    /**
     * Whether the same call is joined again after its control socket closed with this code
     * (RFC 6455 §7.4.1 and the IANA registry): the server went away or failed, the call may live on.
     */
    static boolean rejoinsAfter(int closeCode) {
        return switch (closeCode) {
            case 1001, 1005, 1006, 1011, 1012, 1013, 1014 -> true;
            default -> false;
        };
    }

    /** The same for a socket that ended without a close frame. */
    static boolean rejoinsAfter(Fault lostWith) {
        return lostWith == Fault.CONNECTION_LOST || lostWith == Fault.WRITE_TIMEOUT;
    }
}
