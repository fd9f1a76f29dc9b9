package dev.antiphon.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * A point at which a test double holds until the test lets it go on. It opens once and stays open.
 * Safe for use by any thread.
 */
public final class Gate {
    private final Object lock = new Object();

    // Guarded by lock.
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean open;

    /** A gate that is closed. */
    public Gate() {}

    /** Lets everything go on that waits here, on this thread, in the order in which it came. Idempotent. */
    public void open() {
        List<Runnable> released;
        synchronized (lock) {
            open = true;
            released = List.copyOf(waiting);
            waiting.clear();
        }
        released.forEach(Runnable::run);
    }

    public boolean isOpen() {
        synchronized (lock) {
            return open;
        }
    }

    /** How many continuations are held here. */
    public int held() {
        synchronized (lock) {
            return waiting.size();
        }
    }

    /** Runs a continuation when the gate is open: now, on this thread, or on the thread that opens it. */
    public void whenOpen(Runnable continuation) {
        synchronized (lock) {
            if (!open) {
                waiting.add(continuation);
                return;
            }
        }
        continuation.run();
    }
}
