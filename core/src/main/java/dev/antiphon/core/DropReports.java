package dev.antiphon.core;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Tells listeners about lost audio: the first frame at once, then at most once a second, then the
 * recovery. Guarded by the conversation's lock.
 */
final class DropReports {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ConversationEngine engine;
    private final AudioLoss loss;
    private final OptionalInt bytesPerSecond;
    private boolean dropping;

    /** @param bytesPerSecond of the input audio; empty for a layout without byte maths */
    DropReports(ConversationEngine engine, AudioLoss loss, OptionalInt bytesPerSecond) {
        this.engine = engine;
        this.loss = loss;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Whether frames were lost that no report will tell of by itself. */
    boolean hasNews() {
        return !dropping && !loss.isNone();
    }

    void tell(Deferred after) {
        if (hasNews() && !engine.lanes.isClosed()) {
            dropping = true;
            report(false, after);
            watch();
        }
    }

    private void watch() {
        engine.timers.after(INTERVAL, () -> engine.step(this::onInterval));
    }

    private void onInterval(Deferred after) {
        dropping = !loss.isNone();
        report(!dropping, after);
        if (dropping) {
            watch();
        }
    }

    /** The end: the observer's sum is the summary's; listeners hear nothing after the end has begun. */
    void tellRest(Deferred after) {
        if (!loss.isNone()) {
            observe(loss.report(bytesPerSecond, false), after);
        }
    }

    private void report(boolean recovered, Deferred after) {
        AudioDrop drop = loss.report(bytesPerSecond, recovered);
        engine.fanout.publish((Signal) listener -> listener.onAudioDropped(drop), after);
        if (!recovered) {
            observe(drop, after);
        }
    }

    private void observe(AudioDrop drop, Deferred after) {
        engine.watch.audioDropped(drop.overflow() + drop.stale(), after);
    }
}
