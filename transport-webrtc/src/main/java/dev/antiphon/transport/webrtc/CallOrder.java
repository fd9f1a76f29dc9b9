package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.transport.websocket.wire.Dialect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * One call to be created, ready to be posted.
 *
 * @param offer relayed byte for byte
 * @param body offer and session as the server takes them
 * @param requestId our id of the request
 * @param template the ticket of the call but for its id
 */
record CallOrder(SdpOffer offer, MultipartBody body, String requestId, Template template) {
    /** Where a call is created, and as what. */
    record Template(URI baseUrl, Optional<String> identity, String dialect, RawJson session) {
        CallTicket ticketFor(CallId call) {
            return new CallTicket(baseUrl, identity, dialect, call, Optional.of(session));
        }
    }

    /** @throws IllegalArgumentException if the dialect cannot say the session */
    static CallOrder of(
            SdpOffer offer, SessionConfig session, Dialect dialect, URI baseUrl, Optional<String> identity) {
        String sessionJson = new String(dialect.codec().sessionForCall(session), StandardCharsets.UTF_8);
        MultipartBody body = MultipartBody.of(
                new MultipartBody.Part("sdp", "application/sdp", offer.text()),
                new MultipartBody.Part("session", "application/json", sessionJson));
        return new CallOrder(
                offer,
                body,
                UUID.randomUUID().toString(),
                new Template(baseUrl, identity, dialect.name(), new RawJson(sessionJson)));
    }
}
