package dev.antiphon.core.port;

import dev.antiphon.core.model.ClientEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a transport says about itself.
 *
 * @param name short and stable, for people and metrics: {@code websocket}, {@code webrtc-sideband}
 * @param limits what this way in cannot do, one sentence each; empty if there is nothing to say
 * @param refused client event types that the other side does not know, each with the reason: the
 *     engine refuses them before anything is sent. {@link ClientEvent.Raw} is never refused
 * @param sessions what sessions may ask for; the engine refuses the others before anything is sent
 */
public record TransportTraits(String name, List<String> limits, Map<String, String> refused, SessionSupport sessions) {
    public TransportTraits {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a transport needs a name");
        }
        limits = List.copyOf(limits);
        refused = Map.copyOf(refused);
    }

    /** A transport that carries every session. */
    public TransportTraits(String name, List<String> limits, Map<String, String> refused) {
        this(name, limits, refused, SessionSupport.FULL);
    }

    /** A transport that carries every session and every client event. */
    public TransportTraits(String name, List<String> limits) {
        this(name, limits, Map.of());
    }

    /** Why an event cannot be sent this way; empty if it can. */
    public Optional<String> refusalOf(ClientEvent event) {
        return refusalOf(event.type());
    }

    /** Why events of a type cannot be sent this way; empty if they can. */
    public Optional<String> refusalOf(String eventType) {
        return Optional.ofNullable(refused.get(eventType));
    }
}
