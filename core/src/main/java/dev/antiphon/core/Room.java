package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Where senders wait until a full lane has room. Deadlines run on the conversation's timers, so that
 * virtual time rules them too. Guarded by the conversation's lock.
 */
final class Room {
    private final ReentrantLock lock;
    private final Condition changed;
    private final ConversationTimers timers;

    Room(ReentrantLock lock, ConversationTimers timers) {
        this.lock = lock;
        this.changed = lock.newCondition();
        this.timers = timers;
    }

    /** Something was taken out, or nothing goes in any more. */
    void signal() {
        changed.signalAll();
    }

    /**
     * Waits, with the lock released, until there is room or patience ends. An interrupt ends patience
     * and stays set.
     */
    void await(Duration patience, BooleanSupplier hasRoom) {
        Wait wait = new Wait();
        Scheduler.Timer timer = timers.after(patience, wait);
        try {
            while (!hasRoom.getAsBoolean() && !wait.expired) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            timer.cancel();
        }
    }

    private final class Wait implements Runnable {
        private boolean expired;

        @Override
        public void run() {
            lock.lock();
            try {
                expired = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
