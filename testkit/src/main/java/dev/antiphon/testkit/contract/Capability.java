package dev.antiphon.testkit.contract;

/**
 * What an adapter can do beyond the port's duties. Rules that need a capability are skipped for an
 * adapter that does not declare it, and the report says so; a declared capability is proved.
 */
public enum Capability {
    /** Serves a start without an SDP offer. */
    DIRECT,
    /** Serves a start with an SDP offer: creates a call, reports the answer, joins the call. */
    CALL_CREATION,
    /** Ends the call of a start that was stopped or failed after its creation. */
    HANGS_UP,
    /** Tries again when the control socket could not be opened for a passing reason. */
    RETRIES_JOIN,
    /** Opens a new control socket when the one that stood was lost. */
    REJOINS,
    /** Speaks JSON messages over real sockets, so that rules about frames and pings apply. */
    WIRE,
    /** Answers pings also while it does not read events. */
    PONGS_WHILE_PAUSED,
    /** Needs no thread of its own for each conversation. */
    SHARED_THREADS
}
