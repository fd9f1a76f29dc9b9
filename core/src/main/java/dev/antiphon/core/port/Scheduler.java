package dev.antiphon.core.port;

import java.time.Duration;

/**
 * Time, as the engine and the adapters see it: a monotonic clock and one-shot timers. Tests put a
 * scheduler with virtual time in its place. Safe for use by any thread; called with locks held, so
 * neither method blocks, runs a task before it returns, or calls back.
 */
public interface Scheduler {
    /** Monotonic time in nanoseconds, of which only differences mean something. */
    long nanoTime();

    /**
     * Runs a task once, not before the delay has passed. Tasks are short and never block; an
     * exception from one is logged and does not disturb others.
     *
     * @return cancels the task; harmless when it has run
     */
    Timer schedule(Duration delay, Runnable task);

    /** A scheduled task. */
    @FunctionalInterface
    interface Timer {
        /** Drops the task if it has not started. Idempotent. */
        void cancel();
    }
}
