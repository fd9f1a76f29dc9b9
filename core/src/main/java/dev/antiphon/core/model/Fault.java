package dev.antiphon.core.model;

/**
 * Stable codes of everything that can go wrong with a conversation: what happened, what to do about
 * it, and whether the same attempt can succeed later.
 */
public enum Fault {
    /** What was asked for cannot be sent; nothing was. */
    REQUEST_INVALID("correct the request: nothing was sent", Retry.NEVER),
    /** No TCP connection: refused, unreachable or the name did not resolve. */
    CONNECT_FAILED("check host and port, and that the server runs", Retry.LATER),
    /** No TCP connection inside the connect timeout. */
    CONNECT_TIMEOUT("check network and firewall, or raise the connect timeout", Retry.LATER),
    /** The peer did not finish the TLS handshake in time. */
    TLS_TIMEOUT("check that the port speaks TLS", Retry.LATER),
    /** The peer's certificate or TLS version was not accepted. */
    TLS_REFUSED("check the certificate chain and host name, or configure the right certificate authority", Retry.NEVER),
    /** The server answered the WebSocket upgrade with something else than 101. */
    UPGRADE_REFUSED("read status and code: 401 and 403 mean the key, 404 the path or call", Retry.NEVER),
    /** The server did not answer the WebSocket upgrade in time. */
    UPGRADE_TIMEOUT("check that the path leads to a Realtime server, or raise the upgrade timeout", Retry.LATER),
    /** The endpoint keeps failing and is left alone for a moment. */
    ENDPOINT_UNAVAILABLE("wait a moment; check the endpoint if it stays", Retry.LATER),
    /** The server asked to wait (408, 429, 503). */
    THROTTLED("wait for the time the server named", Retry.LATER),
    /** No usable credentials, or illegal characters in them. */
    CREDENTIALS_UNAVAILABLE("supply an API key without blanks or line ends", Retry.NEVER),
    /** Call creation was answered with a status other than 2xx. */
    CALL_REJECTED("read status and code of the answer; correct offer, session or key", Retry.NEVER),
    /** Call creation was sent but its answer never came: a call may exist. */
    CALL_OUTCOME_UNKNOWN("do not repeat blindly: the first call may exist", Retry.UNSAFE),
    /** Call creation succeeded but named no usable call id. */
    BAD_CALL_RESPONSE("the server's Location header is missing or unusable", Retry.UNSAFE),
    /** Call creation succeeded but its body is not an SDP answer. */
    BAD_ANSWER("the server did not send an SDP answer", Retry.UNSAFE),
    /** The server named a call id that this process already holds. */
    DUPLICATE_CALL_ID("report it to the server's operator", Retry.UNSAFE),
    /** The sideband could not be joined before its deadline or was refused for good. */
    SIDEBAND_NOT_JOINED("read the cause: identity, host and call must be the ones of call creation", Retry.LATER),
    /** A call may exist that nobody controls and that could not be hung up. */
    POSSIBLE_ORPHAN("end the call at the provider, by request id", Retry.NEVER),
    /** An established connection ended without a close frame, by reset or by missing pongs. */
    CONNECTION_LOST("start again; a sideband re-joins by itself inside its deadline", Retry.LATER),
    /** The server closed the connection. */
    CLOSED_BY_SERVER("read code and text", Retry.LATER),
    /** The peer broke the WebSocket protocol. */
    PROTOCOL_VIOLATION("the peer is not a conforming RFC 6455 server", Retry.NEVER),
    /** A message or frame was larger than the configured limit. */
    MESSAGE_TOO_BIG("raise the message limit or ask for smaller messages", Retry.NEVER),
    /** A write did not finish in time: the peer stopped reading. */
    WRITE_TIMEOUT("the server is stuck or the network is", Retry.LATER),
    /** The server ended the session because it reached its maximum length. */
    SESSION_EXPIRED("start a new conversation", Retry.LATER),
    /** The server reported an error that ends the session: key, account, quota. */
    SESSION_REFUSED("read the server's error code", Retry.NEVER),
    /** A listener did not take events for longer than the stall limit. */
    CONSUMER_STALLED("let the listener return sooner, or raise the stall limit", Retry.LATER),
    /** Nothing was heard from the caller for the configured time. */
    CALLER_INACTIVE("the caller seems to have left", Retry.LATER),
    /** A transport broke its contract. */
    TRANSPORT_DEFECT("report it to the author of the transport", Retry.NEVER),
    /** Something of ours failed that should not. */
    INTERNAL("report it with the stack trace", Retry.NEVER);

    /** Whether the same attempt can succeed later. */
    public enum Retry {
        /** The same attempt fails again until something is changed. */
        NEVER,
        /** The same attempt may succeed later; repeating it is safe. */
        LATER,
        /** Repeating may do something twice. */
        UNSAFE
    }

    private final String remedy;
    private final Retry retry;

    Fault(String remedy, Retry retry) {
        this.remedy = remedy;
        this.retry = retry;
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
