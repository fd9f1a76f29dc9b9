package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
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

    /** Signals told in a row before others on the same executor get a turn. */
    private static final int TURN = 32;

    final ConversationEngine engine;
    private final ReentrantLock lock;
    private final Executor executor;

    // Guarded by lock.
    private final ArrayDeque<Object> queue = new ArrayDeque<>(2);
    private long bytes;
    private boolean running;

    Outlet(ConversationEngine engine) {
        this.engine = engine;
        this.lock = engine.lock;
        this.executor = engine.setup().listenerExecutor();
    }

    /** Tells the consumer; the lock is free. */
    abstract void tell(Object signal);

    /** Under the lock: the last signal. */
    abstract void end(Closure closure);

    /** Under the lock: whether the consumer takes this signal now. */
    abstract boolean takes(Object signal);

    /** Under the lock. */
    void add(Object signal, int weight) {
        queue.addLast(signal);
        bytes += weight;
    }

    /** Under the lock: how many signals wait. */
    int backlog() {
        return queue.size();
    }

    /** Under the lock: roughly how much memory they hold. */
    long backlogBytes() {
        return bytes;
    }

    /** Under the lock: takes over what waits for another consumer. */
    void inherit(Outlet other) {
        for (Object signal : other.queue) {
            add(signal, SignalWeight.of(signal));
        }
        other.discard();
    }

    /** Under the lock: forgets everything. */
    void discard() {
        queue.clear();
        bytes = 0;
    }

    /** Under the lock: whether it has to be started; if so call {@link #start} without the lock. */
    boolean wake() {
        Object next = queue.peekFirst();
        if (running || next == null || !takes(next)) {
            return false;
        }
        running = true;
        return true;
    }

    /** Starts telling; the lock must be free. */
    void start() {
        execute(this);
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RuntimeException | Error e) {
            log.warn("the executor given for listeners refuses work; the library's own threads tell the rest");
            engine.setup().libraryThreads().execute(task);
        }
    }

    @Override
    public void run() {
        while (tellSome()) {
            HandOver next = new HandOver();
            execute(next);
            if (!next.ranInline()) {
                return;
            }
        }
    }

    /** Returns whether more waits. */
    private boolean tellSome() {
        for (int told = 0; told < TURN; told++) {
            Object signal = next();
            if (signal == null) {
                return false;
            }
            try {
                tell(signal);
            } catch (Throwable e) {
                // The consumer's own failure must not reach the conversation or the next signal.
                engine.step(after -> engine.watch.listenerThrew(e, after));
            }
        }
        return true;
    }

    private @Nullable Object next() {
        Deferred after = new Deferred();
        lock.lock();
        try {
            Object signal = queue.peekFirst();
            if (signal == null || !takes(signal)) {
                running = false;
                return null;
            }
            queue.removeFirst();
            bytes -= SignalWeight.of(signal);
            engine.fanout.drained(this, after);
            return signal;
        } finally {
            lock.unlock();
            after.run();
        }
    }

    /** Goes on telling in another task; an executor that runs tasks inline goes on in the same loop. */
    private final class HandOver implements Runnable {
        private final Thread by = Thread.currentThread();

        // Both are only looked at by that thread.
        private boolean given = true;
        private boolean inline;

        @Override
        public void run() {
            if (Thread.currentThread() == by && given) {
                inline = true;
            } else {
                Outlet.this.run();
            }
        }

        boolean ranInline() {
            given = false;
            return inline;
        }
    }
}
