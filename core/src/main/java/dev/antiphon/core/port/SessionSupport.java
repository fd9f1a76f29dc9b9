package dev.antiphon.core.port;

import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.Voice;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the other side can do for a session. The engine asks before anything is sent: a start that
 * needs more is refused, and so is an update.
 *
 * @param missing features that the other side does not have, each with the reason for people
 * @param voices all it has; empty where the set is open or unknown
 */
public record SessionSupport(Map<SessionFeature, String> missing, List<String> voices) {
    /** The other side may be asked for everything. */
    public static final SessionSupport FULL = new SessionSupport(Map.of(), List.of());

    public SessionSupport {
        missing = Map.copyOf(missing);
        voices = List.copyOf(voices);
    }

    /** Why a session, or an update of one, cannot be had; empty if it can. */
    public Optional<String> refusalOf(SessionConfig session) {
        for (SessionFeature feature : SessionFeature.values()) {
            String reason = missing.get(feature);
            if (reason != null && feature.isUsedBy(session)) {
                return Optional.of(reason);
            }
        }
        return session.voice()
                .filter(voice -> !voices.isEmpty() && !isKnown(voice))
                .map(voice -> "there is no voice " + voice.value() + ", only " + String.join(", ", voices));
    }

    private boolean isKnown(Voice voice) {
        return !voice.isCustom() && voices.contains(voice.value());
    }
}
