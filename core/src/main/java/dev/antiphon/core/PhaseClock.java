package dev.antiphon.core;

import dev.antiphon.core.port.ConversationObserver.Milestone;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** When a conversation first reached what, counted from its start. Guarded by the conversation's lock. */
final class PhaseClock {
    private final long startedAt;
    private final Map<Milestone, Long> reached = new EnumMap<>(Milestone.class);
    private int rejoins;

    PhaseClock(long now) {
        this.startedAt = now;
    }

    void reach(Milestone milestone, long now) {
        if (milestone == Milestone.REJOINED) {
            rejoins++;
        }
        reached.putIfAbsent(milestone, now - startedAt);
    }

    boolean has(Milestone milestone) {
        return reached.containsKey(milestone);
    }

    int rejoins() {
        return rejoins;
    }

    Duration since(long now) {
        return Duration.ofNanos(now - startedAt);
    }

    Optional<Duration> to(Milestone milestone) {
        return Optional.ofNullable(reached.get(milestone)).map(Duration::ofNanos);
    }
}
