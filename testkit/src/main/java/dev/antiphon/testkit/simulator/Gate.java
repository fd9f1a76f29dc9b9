package dev.antiphon.testkit.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds whatever reaches it until a test opens it. A gate opens once and stays open. Safe for use by any
 * thread.
 */
public final class Gate {
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition reached = lock.newCondition();

    // Guarded by lock.
    private final List<Runnable> waiting = new ArrayList<>();
    private int arrivals;
    private boolean open;

    /** A closed gate; {@code name} says in failure texts what is held. */
    public Gate(String name) {
        this.name = name;
    }

    /** Lets everything through that waits, and all that comes later. */
    public void open() {
        List<Runnable> released;
        lock.lock();
        try {
            open = true;
            released = List.copyOf(waiting);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        released.forEach(Runnable::run);
    }

    public boolean isOpen() {
        lock.lock();
        try {
            return open;
        } finally {
            lock.unlock();
        }
    }

    /** How many came to this gate so far, open or not. */
    public int arrivals() {
        lock.lock();
        try {
            return arrivals;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until something has come to this gate.
     *
     * @throws AssertionError if nothing came in time
     */
    public void awaitReached(Duration timeout) {
        awaitReached(1, timeout);
    }

    /**
     * Waits until so many have come to this gate.
     *
     * @throws AssertionError if fewer came in time, or the thread was interrupted
     */
    public void awaitReached(int times, Duration timeout) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (arrivals < times) {
                if (left <= 0) {
                    throw new AssertionError("gate '" + name + "' was reached " + arrivals + " times in "
                            + timeout.toMillis() + " ms, expected " + times);
                }
                left = reached.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting at gate '" + name + "'", e);
        } finally {
            lock.unlock();
        }
    }

    /** Runs {@code onward} now if open, otherwise when opened, on the thread that opens. */
    void pass(Runnable onward) {
        boolean now;
        lock.lock();
        try {
            arrivals++;
            reached.signalAll();
            now = open;
            if (!now) {
                waiting.add(onward);
            }
        } finally {
            lock.unlock();
        }
        if (now) {
            onward.run();
        }
    }

    @Override
    public String toString() {
        return "Gate[" + name + ", " + (isOpen() ? "open" : "closed") + ", " + arrivals() + " arrivals]";
    }
}
