package dev.antiphon.testkit.simulation;

/** What can go wrong in a simulation. */
public enum Trouble {
    /** The server refuses to create a call. */
    CALL_REFUSED,
    /** The server asks to come back later. */
    CALL_THROTTLED,
    /** No connection for the creation of a call. */
    CALL_UNREACHABLE,
    /** The creation was sent and its answer is lost; the call may exist. */
    CALL_ANSWER_LOST,
    /** The creation is never answered; the call may exist. */
    CALL_SILENT,
    /** The call exists and the answer does not say which it is. */
    CALL_WITHOUT_ID,
    /** The call exists and its answer is no SDP. */
    CALL_WITHOUT_SDP,
    /** A call cannot be ended at the first try. */
    HANG_UP_FAILED,
    /** The upgrade is refused for now. */
    JOIN_REFUSED,
    /** The upgrade is refused for good. */
    JOIN_FORBIDDEN,
    /** No connection for the upgrade. */
    JOIN_UNREACHABLE,
    /** The upgrade is cut. */
    JOIN_CUT,
    /** The upgrade takes long. */
    JOIN_LATE,
    /** The upgrade is never answered. */
    JOIN_SILENT,
    /** A standing socket is cut. */
    SOCKET_CUT,
    /** The server closes a standing socket. */
    SOCKET_CLOSED,
    /** The server stops reading for a while. */
    SERVER_DEAF,
    /** The server refuses an item. */
    ITEM_REJECTED,
    /** The server takes an item and never says so. */
    ITEM_UNCONFIRMED,
    /** The server reports an error about nothing in particular. */
    SERVER_ERROR,
    /** The server reports an error that ends the session. */
    SESSION_ERROR,
    /** The server answers a response request with a conflict. */
    RESPONSE_CONFLICT,
    /** The server sends a hundred events at once. */
    EVENT_FLOOD,
    /** The server sends what no client knows. */
    STRANGE_EVENT,
    /** A thread is stuck for a while. */
    THREAD_STUCK,
    /** The listener throws. */
    LISTENER_THROWS,
    /** The application stops in the middle of things. */
    EARLY_STOP
}
