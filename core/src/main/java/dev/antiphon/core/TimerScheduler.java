package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real time: one daemon thread for all timers of the library. */
final class TimerScheduler implements Scheduler {
    private static final Logger log = LoggerFactory.getLogger(TimerScheduler.class);

    private static final class Holder {
        static final TimerScheduler SHARED = new TimerScheduler();
    }

    private final ScheduledThreadPoolExecutor timers;

    private TimerScheduler() {
        timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "antiphon-timer");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
    }

    static Scheduler shared() {
        return Holder.SHARED;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        ScheduledFuture<?> scheduled = timers.schedule(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | Error e) {
                        log.error("a timer task of the library threw", e);
                    }
                },
                delay.toNanos(),
                TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }
}
