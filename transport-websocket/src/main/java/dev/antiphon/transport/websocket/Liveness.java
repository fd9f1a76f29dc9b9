package dev.antiphon.transport.websocket;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds a connection that died without a word: after a silent ping interval a ping is sent, and
 * something must come before the pong deadline. Confined to the event loop; one timer at a time.
 */
final class Liveness {
    private final EventExecutor loop;
    private final Outbound outbound;
    private final Runnable onDead;
    private final long intervalNanos;
    private final long deadlineNanos;

    private long heardNanos;
    private long pingedNanos;
    private boolean pinged;
    private boolean deaf;
    private @Nullable Future<?> timer;

    Liveness(EventExecutor loop, SocketSettings settings, Outbound outbound, Runnable onDead) {
        this.loop = loop;
        this.outbound = outbound;
        this.onDead = onDead;
        this.intervalNanos = settings.pingInterval().toNanos();
        this.deadlineNanos = settings.pongDeadline().toNanos();
    }

    void start() {
        heardNanos = System.nanoTime();
        later(intervalNanos);
    }

    void stop() {
        Future<?> running = timer;
        if (running != null) {
            timer = null;
            running.cancel(false);
        }
    }

    /** Something came from the server. */
    void heard() {
        heardNanos = System.nanoTime();
        pinged = false;
    }

    /**
     * Nothing is read from here on, because the application does not take what came, or reading
     * begins again. While deaf we cannot see pings or pongs: unasked pongs (RFC 6455 §5.5.3) tell the
     * server that we live, and silence proves nothing.
     */
    void deaf(boolean now) {
        deaf = now;
        heard();
    }

    private void later(long nanos) {
        timer = loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
    }

    private void check() {
        if (timer == null) {
            return;
        }
        if (deaf) {
            outbound.pong(new byte[0], 0, 0);
            later(intervalNanos);
            return;
        }
        long now = System.nanoTime();
        if (pinged) {
            awaitPong(deadlineNanos - (now - pingedNanos));
            return;
        }
        long silent = now - heardNanos;
        if (silent < intervalNanos) {
            later(intervalNanos - silent);
        } else {
            pinged = true;
            pingedNanos = now;
            outbound.ping();
            awaitPong(deadlineNanos);
        }
    }

    private void awaitPong(long leftNanos) {
        if (leftNanos > 0) {
            // Not longer than an interval: an early pong must not delay the next ping.
            later(Math.min(leftNanos, intervalNanos));
        } else {
            timer = null;
            onDead.run();
        }
    }
}
