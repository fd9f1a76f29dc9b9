package dev.antiphon.core.port;

import java.util.List;

/**
 * What a transport says about itself.
 *
 * @param name short and stable, for people and metrics: {@code websocket}, {@code webrtc-sideband}
 * @param limits what this way in cannot do, one sentence each; empty if there is nothing to say
 */
public record TransportTraits(String name, List<String> limits) {
    public TransportTraits {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a transport needs a name");
        }
        limits = List.copyOf(limits);
    }
}
