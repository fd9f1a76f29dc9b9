package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one conversation: none outlives it, and one that was cancelled never runs, not even
 * if it had begun to. Guarded by the conversation's lock; tasks run without it.
 */
final class ConversationTimers {
    private final ReentrantLock lock;
    private final Scheduler scheduler;
    private final List<Pending> pending = new ArrayList<>(0);
    private boolean closed;

    ConversationTimers(ReentrantLock lock, Scheduler scheduler) {
        this.lock = lock;
        this.scheduler = scheduler;
    }

    /** Under the lock: runs a task once, later; never after the end. */
    Scheduler.Timer after(Duration delay, Runnable task) {
        Pending timer = new Pending(task);
        if (!closed) {
            pending.add(timer);
            timer.scheduled = scheduler.schedule(delay, timer);
        }
        return timer;
    }

    /** Under the lock: the end. */
    void close() {
        closed = true;
        List<Pending> all = List.copyOf(pending);
        pending.clear();
        all.forEach(Pending::forget);
    }

    private final class Pending implements Runnable, Scheduler.Timer {
        private final Runnable task;
        private Scheduler.@Nullable Timer scheduled;

        Pending(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            boolean due;
            lock.lock();
            try {
                due = pending.remove(this);
            } finally {
                lock.unlock();
            }
            if (due) {
                task.run();
            }
        }

        /** Under the lock. */
        @Override
        public void cancel() {
            pending.remove(this);
            forget();
        }

        private void forget() {
            Scheduler.Timer timer = scheduled;
            if (timer != null) {
                timer.cancel();
            }
        }
    }
}
