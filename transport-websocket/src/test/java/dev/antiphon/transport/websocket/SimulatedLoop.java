package dev.antiphon.transport.websocket;

import dev.antiphon.core.port.Scheduler;
import dev.antiphon.testkit.simulation.SimulatedWorld;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** An event loop of the simulation: its tasks are a lane, its timers those of the world. */
final class SimulatedLoop extends AbstractEventExecutor implements EventLoop {
    final SimulatedWire wire;
    private final SimulatedWorld.Clock time;
    private final Executor lane;
    private boolean running;

    SimulatedLoop(SimulatedWorld world, SimulatedWire wire) {
        this.wire = wire;
        this.time = world.clock();
        this.lane = world.lane("wire " + wire.conversation());
    }

    @Override
    public void execute(Runnable task) {
        lane.execute(() -> {
            running = true;
            try {
                task.run();
            } finally {
                running = false;
            }
        });
    }

    @Override
    public boolean inEventLoop() {
        return running;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return running;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        Timer<Void> timer = new Timer<>();
        timer.alarm = time.schedule(
                Duration.ofNanos(unit.toNanos(delay)),
                () -> execute(() -> {
                    if (timer.setUncancellable()) {
                        command.run();
                        timer.trySuccess(null);
                    }
                }));
        return timer;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nobody here schedules a callable");
    }

    /** What a scheduled task comes to. */
    private final class Timer<V> extends DefaultPromise<V> implements ScheduledFuture<V> {
        private Scheduler.Timer alarm = () -> {};

        Timer() {
            super(SimulatedLoop.this);
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            alarm.cancel();
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        protected void checkDeadLock() {
            // Nothing waits here.
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return Integer.compare(System.identityHashCode(this), System.identityHashCode(other));
        }
    }

    // ------------------------------------------------------------------ one loop is its own group

    @Override
    public EventLoopGroup parent() {
        return this;
    }

    @Override
    public EventLoop next() {
        return this;
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return register(new DefaultChannelPromise(channel, this));
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        promise.channel().unsafe().register(this, promise);
        return promise;
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        channel.unsafe().register(this, promise);
        return promise;
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException("a simulated loop ends with its world");
    }

    @Override
    public Future<?> terminationFuture() {
        return new DefaultPromise<Void>(this);
    }

    @Override
    @Deprecated
    public void shutdown() {
        throw new UnsupportedOperationException("a simulated loop ends with its world");
    }

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }
}
