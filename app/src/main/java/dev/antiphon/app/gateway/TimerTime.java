package dev.antiphon.app.gateway;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** The time of the gateway's timer thread. Safe for use by any thread. */
final class TimerTime implements Scheduler {
    private final ScheduledExecutorService timer;

    /** @param timer closed by its owner */
    TimerTime(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        ScheduledFuture<?> scheduled = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }
}
