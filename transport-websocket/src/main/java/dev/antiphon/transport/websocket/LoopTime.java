package dev.antiphon.transport.websocket;

import dev.antiphon.core.port.Scheduler;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Real time on event loops, without a thread of its own. Where the loop is shut down time has ended: what is
 * scheduled there never runs.
 *
 * @param loop asked for each timer
 */
record LoopTime(Supplier<EventLoop> loop) implements Scheduler {
    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> scheduled = loop.get().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException loopsClosed) {
            return () -> {};
        }
    }
}
