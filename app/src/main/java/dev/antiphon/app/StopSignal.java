package dev.antiphon.app;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C and its like: tells the command that runs to come to an orderly end. Safe for use by any
 * thread.
 */
final class StopSignal {
    /** From the signal to the end of the process, whatever the command does. */
    static final Duration LIMIT = Duration.ofSeconds(10);
    /** What is kept of it for closing sockets and for telling what is left behind. */
    static final Duration RESERVE = Duration.ofMillis(1_500);

    // Guarded by this.
    private @Nullable Runnable action;
    private boolean raised;
    private long raisedNanos;

    /** What ends the running command; runs at once if the signal was raised before. */
    void onRaise(Runnable stop) {
        boolean late;
        synchronized (this) {
            action = stop;
            late = raised;
        }
        if (late) {
            stop.run();
        }
    }

    /** Stops the running command; tells whether one runs that can be stopped. */
    boolean raise() {
        Runnable stop;
        synchronized (this) {
            if (!raised) {
                raisedNanos = System.nanoTime();
            }
            raised = true;
            stop = action;
        }
        if (stop != null) {
            stop.run();
        }
        return stop != null;
    }

    /**
     * How long something may still be waited for: as long as is usual, or, once the signal was raised, what
     * is left of {@link #LIMIT} without the {@link #RESERVE}. Never negative.
     */
    synchronized Duration patience(Duration usual) {
        if (!raised) {
            return usual;
        }
        Duration left = LIMIT.minus(RESERVE).minusNanos(System.nanoTime() - raisedNanos);
        Duration shorter = left.compareTo(usual) < 0 ? left : usual;
        return shorter.isNegative() ? Duration.ZERO : shorter;
    }
}
