package dev.antiphon.transport.websocket.wire;

import java.net.URI;
import java.util.Optional;

/** What a dialect says about calls from the telephone network. Stateless and safe for use by any thread. */
public interface SipCalls {
    /** URL that accepts a call; the body is the session, as for call creation. */
    URI acceptUrl(URI base, String callId);

    /** URL that rejects a call. */
    URI rejectUrl(URI base, String callId);

    /** Body of a rejection: UTF-8 JSON. */
    byte[] rejection(int sipStatus);

    /** URL that transfers a call. */
    URI referUrl(URI base, String callId);

    /** Body of a transfer: UTF-8 JSON. */
    byte[] referral(URI target);

    /**
     * The call that a webhook tells of; empty if it is about something else.
     *
     * @throws IllegalArgumentException if the body is no webhook event; the message holds nothing of it
     */
    Optional<IncomingCall> incomingCall(byte[] body);
}
