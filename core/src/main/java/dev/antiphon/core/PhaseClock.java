package dev.antiphon.core;

import java.time.Duration;
import java.util.Optional;

/** When a conversation first reached what, counted from its start. Guarded by the conversation's lock. */
final class PhaseClock {
    private static final long NEVER = -1;

    private long answered = NEVER;
    private long live = NEVER;
    private long firstEvent = NEVER;
    private long ended = NEVER;
    private int rejoins;

    void answered(long nanos) {
        answered = nanos;
    }

    void live(long nanos) {
        live = nanos;
    }

    void event(long nanos) {
        if (firstEvent == NEVER) {
            firstEvent = nanos;
        }
    }

    void ended(long nanos) {
        ended = nanos;
    }

    void rejoined() {
        rejoins++;
    }

    int rejoins() {
        return rejoins;
    }

    Optional<Duration> toAnswer() {
        return known(answered);
    }

    Optional<Duration> toLive() {
        return known(live);
    }

    Optional<Duration> toFirstEvent() {
        return known(firstEvent);
    }

    Optional<Duration> duration() {
        return known(ended);
    }

    private static Optional<Duration> known(long nanos) {
        return nanos == NEVER ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }
}
