package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.port.SessionSupport;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * One variant of the Realtime protocol: paths, where the call id is found, event names. Nothing
 * outside a dialect knows them. Stateless and safe for use by any thread.
 */
public interface Dialect {
    /** Short and stable, for people and logs. */
    String name();

    /** Reads and writes this dialect's events. */
    EventCodec codec();

    /** Headers that every request and upgrade of this dialect carries. */
    default Map<String, String> headers() {
        return Map.of();
    }

    /**
     * Client event types that servers of this dialect do not know, each with the reason. The engine
     * refuses them before anything is sent.
     */
    default Map<String, String> refused() {
        return Map.of();
    }

    /** What sessions of this dialect may ask for. The engine refuses the others before anything is sent. */
    default SessionSupport sessions() {
        return SessionSupport.FULL;
    }

    /**
     * URL of a direct connection.
     *
     * @throws IllegalArgumentException if the base URL has a scheme other than ws, wss, http, https
     */
    URI webSocketUrl(URI base, SessionConfig session);

    /** URL of the control connection of an existing call. */
    URI sidebandUrl(URI base, String callId);

    /** URL that call creation is posted to. */
    URI callsUrl(URI base);

    /** URL that ends a call. */
    URI hangupUrl(URI base, String callId);

    /** URL that mints client secrets; empty if servers of this dialect have none. */
    default Optional<URI> clientSecretsUrl(URI base) {
        return Optional.empty();
    }

    /** The call id in the {@code Location} header of a created call; empty if there is no usable one. */
    Optional<String> callIdIn(String location);

    /** Calls from the telephone network, where the dialect has them. */
    default Optional<SipCalls> sip() {
        return Optional.empty();
    }
}
