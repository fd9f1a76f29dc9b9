package dev.antiphon.transport.webrtc;

import dev.antiphon.core.port.Scheduler;
import dev.antiphon.transport.websocket.Dialer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Real time on the event loops: no thread of its own. */
final class LoopScheduler implements Scheduler {
    private final Dialer dialer;

    LoopScheduler(Dialer dialer) {
        this.dialer = dialer;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        EventLoop loop = dialer.nextLoop();
        try {
            ScheduledFuture<?> scheduled = loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException loopsClosed) {
            // Time has ended here: Background tells everything that waits for it.
            return () -> {};
        }
    }
}
