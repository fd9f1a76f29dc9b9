package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.Timeline;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Real time on the simulator's event loop. */
final class LoopTimeline implements Timeline {
    private final EventLoop loop;

    LoopTimeline(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        Future<?> pending = loop.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> pending.cancel(false);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }
}
