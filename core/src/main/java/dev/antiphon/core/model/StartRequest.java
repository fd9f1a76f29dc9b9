package dev.antiphon.core.model;

import java.util.Optional;

/**
 * What to start: a session, and the SDP offer of a WebRTC peer if media flows beside us.
 *
 * <p>Presence of an offer is what chooses the transport: none means a direct connection that carries
 * everything, an offer means call creation plus a sideband.
 *
 * @param session configuration sent with call creation and as the first {@code session.update}
 * @param offer the WebRTC peer's offer, or empty for a direct connection
 */
public record StartRequest(SessionConfig session, Optional<SdpOffer> offer) {
    /** A conversation over one direct connection. */
    public static StartRequest direct(SessionConfig session) {
        return new StartRequest(session, Optional.empty());
    }

    /** A conversation whose media flows between the offering peer and the server. */
    public static StartRequest withOffer(SessionConfig session, SdpOffer offer) {
        return new StartRequest(session, Optional.of(offer));
    }
}
