package dev.antiphon.core.model;

/**
 * The catalogue of everything that can go wrong: what happened, what to do about it, and whether the
 * same attempt can succeed later. The names are stable; they appear in closures, outcomes, exceptions,
 * logs and metrics. {@code docs/errors.md} is made from this file.
 */
public enum Fault {
    // What ends a start or a conversation.

    REQUEST_INVALID(
            "what was asked for cannot be sent in this form; nothing was sent",
            "correct the request that the message names",
            Retry.NEVER),
    CONNECT_FAILED(
            "no TCP connection: refused, unreachable, or the name did not resolve",
            "check host and port, and that the server runs",
            Retry.LATER),
    CONNECT_TIMEOUT(
            "no TCP connection inside the connect timeout",
            "check network and firewall, or raise the connect timeout",
            Retry.LATER),
    TLS_TIMEOUT("the peer did not finish the TLS handshake in time", "check that the port speaks TLS", Retry.LATER),
    TLS_REFUSED(
            "the peer's certificate or TLS version was not accepted; no key was sent",
            "check the certificate chain and host name, or configure the right certificate authority",
            Retry.NEVER),
    UPGRADE_REFUSED(
            "the server answered the WebSocket upgrade with something else than 101",
            "read status and code: 401 and 403 mean the key, 404 the path or call",
            Retry.NEVER),
    UPGRADE_TIMEOUT(
            "the server did not answer the WebSocket upgrade in time",
            "check that the path leads to a Realtime server, or raise the upgrade timeout",
            Retry.LATER),
    ENDPOINT_UNAVAILABLE(
            "the endpoint keeps failing and is left alone for a moment",
            "wait a moment; check the endpoint if it stays",
            Retry.LATER),
    THROTTLED("the server asked to wait (408, 429, 503)", "wait for the time the server named", Retry.LATER),
    CREDENTIALS_UNAVAILABLE(
            "there are no usable credentials, or they hold illegal characters",
            "supply an API key without blanks or line ends",
            Retry.NEVER),
    CALL_REJECTED(
            "call creation was answered with a status other than 2xx",
            "read status and code of the answer; correct offer, session or key",
            Retry.NEVER),
    CALL_OUTCOME_UNKNOWN(
            "call creation was sent but its answer never came: a call may exist",
            "do not repeat blindly: the first call may exist",
            Retry.UNSAFE),
    BAD_CALL_RESPONSE(
            "call creation succeeded but named no usable call id",
            "look at the server's Location header, which is missing or unusable",
            Retry.UNSAFE),
    BAD_ANSWER(
            "call creation succeeded but its body is not an SDP answer",
            "look at what the server, or a proxy before it, sent instead",
            Retry.UNSAFE),
    DUPLICATE_CALL_ID(
            "the server named a call id, or a ticket names one, that a conversation of the same transport holds",
            "report it to the server's operator",
            Retry.UNSAFE),
    SIDEBAND_NOT_JOINED(
            "the sideband could not be joined before its deadline, or was refused for good",
            "read the cause: identity, host and call must be the ones of call creation",
            Retry.LATER),
    POSSIBLE_ORPHAN(
            "a call may exist that nobody controls and that could not be hung up",
            "end the call at the provider, by request id",
            Retry.NEVER),
    CONNECTION_LOST(
            "an established connection ended without a close frame: reset, missing pongs, or lost while something was on its way",
            "start again; a sideband re-joins by itself inside its deadline",
            Retry.LATER),
    CLOSED_BY_SERVER(
            "the server closed the connection with another code than 1000",
            "read code and text of the end",
            Retry.LATER),
    PROTOCOL_VIOLATION(
            "the peer broke the WebSocket protocol or HTTP",
            "check that a conforming server answers, and no proxy in its place",
            Retry.NEVER),
    MESSAGE_TOO_BIG(
            "a message or frame was larger than the configured limit",
            "raise the message limit or ask for smaller messages",
            Retry.NEVER),
    WRITE_TIMEOUT(
            "a write did not finish in time: the peer stopped reading",
            "look at the server and the network; one of them is stuck",
            Retry.LATER),
    SESSION_EXPIRED(
            "the server ended the session because it reached its maximum length",
            "start a new conversation",
            Retry.LATER),
    SESSION_REFUSED(
            "the server reported an error that ends the session: key, account, quota",
            "read the server's error code",
            Retry.NEVER),
    CONSUMER_STALLED(
            "a listener did not take events for longer than the stall limit",
            "let the listener return sooner, or raise the stall limit",
            Retry.LATER),
    CALLER_INACTIVE(
            "nothing was heard from the caller for the configured time",
            "start again when the caller is back, or raise the limit",
            Retry.LATER),
    TRANSPORT_DEFECT("a transport broke its contract", "report it to the author of the transport", Retry.NEVER),
    INTERNAL("something of ours failed that should not", "report it with the stack trace", Retry.NEVER),

    // What can become of one item of a conversation that goes on: the reasons of its outcome.

    LANE_FULL(
            "the lane holds its full number of items or bytes; the item was refused at the door",
            "send more slowly, raise the lane's bounds or choose another rule for a full lane",
            Retry.LATER),
    WAIT_EXPIRED(
            "no room came free in the time the sender may wait, or too many wait already; the item was refused at the door",
            "as for a full lane",
            Retry.LATER),
    CONVERSATION_CLOSED(
            "the conversation is ending or has ended; the item was refused at the door",
            "start a new conversation",
            Retry.NEVER),
    UNKNOWN_CALL(
            "no such tool call is open in this conversation; the answer was refused at the door",
            "answer with the call id of the tool call",
            Retry.NEVER),
    ALREADY_ANSWERED(
            "the tool call was answered before; the answer was refused at the door",
            "answer each call once",
            Retry.NEVER),
    DROPPED_BY_POLICY(
            "the item was accepted and then dropped, by the lane's own rule, to make room",
            "choose a rule that refuses, if nothing may be dropped",
            Retry.LATER),
    STOPPED(
            "the application closed the conversation before the item was written",
            "send it in the next conversation",
            Retry.LATER),
    CONVERSATION_ENDED(
            "the conversation ended before the item was written or confirmed", "read the end's own code", Retry.LATER),
    NOT_ENCODABLE(
            "the event has no form that the other side knows",
            "read the message; choose a transport or dialect that has it",
            Retry.NEVER),
    CONFIRMATION_OVERDUE(
            "the server said nothing about it, while too many others waited or for too long",
            "repeat it only if saying it twice does no harm",
            Retry.UNSAFE);

    /** Whether the same attempt can succeed later. */
    public enum Retry {
        /** The same attempt fails again until something is changed. */
        NEVER,
        /** The same attempt may succeed later; repeating it is safe. */
        LATER,
        /** Repeating may do something twice. */
        UNSAFE
    }

    private final String cause;
    private final String remedy;
    private final Retry retry;

    Fault(String cause, String remedy, Retry retry) {
        this.cause = cause;
        this.remedy = remedy;
        this.retry = retry;
    }

    /** What happened, as half a sentence. */
    public String cause() {
        return cause;
    }

    /** What a person should do, as half a sentence. */
    public String remedy() {
        return remedy;
    }

    /** Whether trying again makes sense. */
    public Retry retry() {
        return retry;
    }
}
