package dev.antiphon.transport.webrtc;

import dev.antiphon.core.port.Scheduler;
import dev.antiphon.transport.websocket.NettyResources;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The event loops' time, as the transport uses it by itself, with a count of timers that are pending. */
final class CountedTimers implements Scheduler {
    private final NettyResources loops;
    private final AtomicInteger pending = new AtomicInteger();

    CountedTimers(NettyResources loops) {
        this.loops = loops;
    }

    /** None once the loops have ended, whatever Netty tells of timers that ended with them. */
    int pending() {
        return loops.nextLoop().isShutdown() ? 0 : pending.get();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> timer = loops.nextLoop().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            pending.incrementAndGet();
            timer.addListener(over -> pending.decrementAndGet());
            return () -> timer.cancel(false);
        } catch (RejectedExecutionException loopsClosed) {
            return () -> {};
        }
    }
}
