package dev.antiphon.core;

import java.time.Duration;

/** The playback clock, under the conversation's lock. */
final class HeardAudio implements Playback {
    private final ConversationEngine engine;
    private final PlaybackClock clock;

    HeardAudio(ConversationEngine engine) {
        this.engine = engine;
        this.clock = engine.state.playback;
    }

    @Override
    public void playedBytes(int bytes) {
        requireNotNegative(bytes);
        engine.step(after -> clock.playedBytes(bytes));
    }

    @Override
    public void played(Duration time) {
        requireNotNegative(time.isNegative() ? -1 : 0);
        engine.step(after -> clock.playedMillis(time.toMillis() + time.toNanosPart() % 1_000_000 / 1e6));
    }

    private static void requireNotNegative(long amount) {
        if (amount < 0) {
            throw new IllegalArgumentException("nothing is played backwards: " + amount);
        }
    }

    @Override
    public PlaybackMark mark() {
        return engine.read(clock::end);
    }

    @Override
    public void reached(PlaybackMark mark) {
        engine.step(after -> clock.reached(mark));
    }

    @Override
    public Duration heard() {
        return engine.read(clock::heard);
    }

    @Override
    public Duration received() {
        return engine.read(clock::received);
    }
}
