package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import dev.antiphon.core.port.TransportConnection;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the transport reads. It pauses while a listener lags; a lag that lasts ends the
 * conversation. One thread at a time tells the transport, and always what holds by then. Guarded by
 * the conversation's lock.
 */
final class ReadingGate {
    private static final Logger log = LoggerFactory.getLogger(ReadingGate.class);

    private final ReentrantLock lock;
    private final ConversationTimers timers;
    private final Duration stall;
    private final Runnable onStalled;

    private @Nullable TransportConnection connection;
    private Scheduler.@Nullable Timer stallTimer;
    private boolean paused;
    private boolean toldPaused;
    private boolean telling;

    /** @param onStalled called without the lock when reading was paused for longer than {@code stall} */
    ReadingGate(ReentrantLock lock, ConversationTimers timers, Duration stall, Runnable onStalled) {
        this.lock = lock;
        this.timers = timers;
        this.stall = stall;
        this.onStalled = onStalled;
    }

    /** The connection is there. */
    void connect(TransportConnection opened, Deferred after) {
        connection = opened;
        apply(after);
    }

    void pause(Deferred after) {
        if (!paused) {
            paused = true;
            stallTimer = timers.after(stall, onStalled);
            apply(after);
        }
    }

    void resume(Deferred after) {
        if (paused) {
            paused = false;
            if (stallTimer != null) {
                stallTimer.cancel();
                stallTimer = null;
            }
            apply(after);
        }
    }

    /** Whether the transport was told to pause and has returned from that: what comes now comes in spite of it. */
    boolean isClosed() {
        return toldPaused && !telling;
    }

    private void apply(Deferred after) {
        if (!telling && connection != null && paused != toldPaused) {
            telling = true;
            after.call(this::tell);
        }
    }

    private void tell() {
        Boolean pause = next();
        while (pause != null) {
            try {
                tell(pause);
            } catch (RuntimeException | Error e) {
                log.error("a transport threw when it was told to {} reading", pause ? "pause" : "resume", e);
            }
            pause = next();
        }
    }

    private void tell(boolean pause) {
        TransportConnection told = connection;
        if (told == null) {
            return;
        } else if (pause) {
            told.pauseReceiving();
        } else {
            told.resumeReceiving();
        }
    }

    private @Nullable Boolean next() {
        lock.lock();
        try {
            if (paused == toldPaused) {
                telling = false;
                return null;
            }
            toldPaused = paused;
            return paused;
        } finally {
            lock.unlock();
        }
    }
}
