package dev.antiphon.transport.webrtc;

/**
 * What a created call's answer must be before a peer gets to see it. Each constant asks for what the
 * ones before it ask for. An answer that can be read and is refused travels in the failure
 * ({@link dev.antiphon.core.model.TransportException#answer}).
 */
public enum AnswerRigour {
    /**
     * An SDP that browsers read, whatever the server calls it: UTF-8, {@code v=0} first, no NUL, a whole
     * last line. If it names anything of a transport, ICE or DTLS for example, it must name what connecting
     * takes: a fingerprint, both ICE credentials, and the offer's media sections in the offer's order
     * (RFC 3264 §6).
     */
    READABLE,
    /** The server also calls it {@code application/sdp}, or nothing at all. */
    DECLARED,
    /**
     * It also names its transport if the offer does. Servers that play the protocol without media, as
     * tests and mocks do, fail here.
     */
    CONNECTABLE
}
