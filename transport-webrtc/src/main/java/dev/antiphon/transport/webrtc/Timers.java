package dev.antiphon.transport.webrtc;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Timers whose tasks run on the owner of the state they touch. A task that was cancelled on the owner
 * never runs, even if it was already on its way there.
 */
final class Timers {
    private final Scheduler scheduler;
    private final Executor owner;

    Timers(Scheduler scheduler, Executor owner) {
        this.scheduler = scheduler;
        this.owner = owner;
    }

    long nanoTime() {
        return scheduler.nanoTime();
    }

    /** Called on the owner. */
    Scheduler.Timer after(Duration delay, Runnable task) {
        OwnedTimer timer = new OwnedTimer(task);
        timer.scheduled = scheduler.schedule(delay, () -> owner.execute(timer));
        return timer;
    }

    /** Fields confined to the owner. */
    private static final class OwnedTimer implements Runnable, Scheduler.Timer {
        private final Runnable task;
        private boolean over;
        private Scheduler.Timer scheduled = () -> {};

        OwnedTimer(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (!over) {
                over = true;
                task.run();
            }
        }

        @Override
        public void cancel() {
            over = true;
            scheduled.cancel();
        }
    }
}
