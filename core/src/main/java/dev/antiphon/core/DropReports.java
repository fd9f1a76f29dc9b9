package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;

/** Tells listeners about lost audio: the first frame at once, then at most once a second, then the recovery. */
final class DropReports {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ConversationEngine engine;
    private final Scheduler scheduler;

    // Guarded by the engine's lock.
    private boolean dropping;
    private long toldOverflow;
    private long toldStale;

    DropReports(ConversationEngine engine, Scheduler scheduler) {
        this.engine = engine;
        this.scheduler = scheduler;
    }

    /** A frame was dropped. */
    void onDrop() {
        Deferred after = new Deferred();
        engine.lock.lock();
        try {
            if (dropping || engine.lanes.isClosed()) {
                return;
            }
            dropping = true;
            report(false, after);
        } finally {
            engine.lock.unlock();
        }
        after.run(engine.libraryThreads());
        scheduler.schedule(INTERVAL, this::onInterval);
    }

    private void onInterval() {
        Deferred after = new Deferred();
        boolean again = true;
        engine.lock.lock();
        try {
            if (engine.lanes.isClosed()) {
                return;
            }
            if (engine.lanes.audio.droppedOverflow == toldOverflow && engine.lanes.audio.droppedStale == toldStale) {
                dropping = false;
                again = false;
            }
            report(!again, after);
        } finally {
            engine.lock.unlock();
        }
        after.run(engine.libraryThreads());
        if (again) {
            scheduler.schedule(INTERVAL, this::onInterval);
        }
    }

    private void report(boolean recovered, Deferred after) {
        AudioLane audio = engine.lanes.audio;
        AudioDrop drop = new AudioDrop(
                audio.droppedOverflow - toldOverflow, audio.droppedStale - toldStale, audio.dropped(), recovered);
        toldOverflow = audio.droppedOverflow;
        toldStale = audio.droppedStale;
        engine.fanout.publish((Signal) listener -> listener.onAudioDropped(drop), after);
    }
}
