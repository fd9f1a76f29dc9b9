package dev.antiphon.core;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer of a conversation's events: a queue, emptied one signal at a time on an executor.
 * Signals are server events and {@link Signal}s. A consumer that throws is isolated.
 */
abstract class Outlet implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Outlet.class);
    private static final int TURN = 32;

    private final ReentrantLock lock;
    private final EventFanout fanout;
    private final Executor executor;
    private final Executor fallback;

    // Guarded by lock.
    private final ArrayDeque<Object> queue = new ArrayDeque<>(2);
    private boolean running;
    private boolean crowded;

    /** @param fallback runs what the executor refuses, so that the end is always told */
    Outlet(ReentrantLock lock, EventFanout fanout, Executor executor, Executor fallback) {
        this.lock = lock;
        this.fanout = fanout;
        this.executor = executor;
        this.fallback = fallback;
    }

    /** Tells the consumer; the lock is free. */
    abstract void tell(Object signal);

    /** Under the lock: whether the consumer takes this signal now. */
    boolean takes(Object signal) {
        return true;
    }

    /** Under the lock: whether anybody listens yet. */
    boolean isReady() {
        return true;
    }

    /** Under the lock. */
    void add(Object signal, Deferred after) {
        queue.addLast(signal);
        if (!crowded && queue.size() >= fanout.highMark()) {
            crowded = true;
            fanout.crowded(this, after);
        }
    }

    /** Under the lock: how many signals wait. */
    int backlog() {
        return queue.size();
    }

    /** Under the lock: forgets everything, for a consumer that left. */
    void discard(Deferred after) {
        queue.clear();
        relax(after);
    }

    /** Under the lock: whether it has to be started; if so call {@link #start} without the lock. */
    boolean wake() {
        Object next = queue.peekFirst();
        if (running || next == null || !isReady() || !takes(next)) {
            return false;
        }
        running = true;
        return true;
    }

    /** Starts telling; the lock must be free. */
    void start() {
        try {
            executor.execute(this);
        } catch (RejectedExecutionException e) {
            log.warn("the executor given for listeners refuses work; the library's own threads tell the rest");
            fallback.execute(this);
        }
    }

    @Override
    public void run() {
        for (int told = 0; told < TURN; told++) {
            Object signal = next();
            if (signal == null) {
                return;
            }
            try {
                tell(signal);
            } catch (Throwable e) {
                // The consumer's own failure must not reach the conversation or the next signal.
                log.warn(
                        "a listener threw {}; the conversation goes on",
                        e.getClass().getName(),
                        e);
            }
        }
        // Others on the same executor get a turn.
        start();
    }

    private @Nullable Object next() {
        Deferred after = new Deferred();
        Object signal;
        lock.lock();
        try {
            signal = queue.peekFirst();
            if (signal == null || !takes(signal)) {
                running = false;
                return null;
            }
            queue.removeFirst();
            if (crowded && queue.size() <= fanout.lowMark()) {
                relax(after);
            }
        } finally {
            lock.unlock();
        }
        after.run(fallback);
        return signal;
    }

    private void relax(Deferred after) {
        if (crowded) {
            crowded = false;
            fanout.relaxed(this, after);
        }
    }
}
