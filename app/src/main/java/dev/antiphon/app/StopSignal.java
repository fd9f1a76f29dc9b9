package dev.antiphon.app;

import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C and its like: tells the command that runs to come to an orderly end. Safe for use by any
 * thread.
 */
final class StopSignal {
    // Guarded by this.
    private @Nullable Runnable action;
    private boolean raised;

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
            raised = true;
            stop = action;
        }
        if (stop != null) {
            stop.run();
        }
        return stop != null;
    }
}
