package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import io.netty.channel.EventLoop;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The connection of one direct conversation. Fields without a note are confined to the event loop. */
final class DirectConnection implements TransportConnection {
    /** How starts are tried again, and what each one adds. */
    record Policy(
            int maxAttempts,
            Duration startDeadline,
            Duration retryDelay,
            Duration firstEventTimeout,
            Function<StartRequest, Headers> headersPerStart) {}

    private final Dialer dialer;
    private final Policy policy;
    private final EventLoop loop;
    private final Scheduler time;
    private final StartRequest start;
    private final InputChannels inputs;
    private final TransportListener listener;

    private URI url = URI.create("");
    private Headers headers = Headers.none();
    private long giveUpNanos;
    private int attempt;
    private boolean closed;
    private @Nullable Closure requested;
    private Scheduler.@Nullable Timer backoff;

    /** Runs from the upgrade to the first event. */
    private Scheduler.@Nullable Timer greeting;

    private @Nullable TransportException silent;

    // Written by any thread, before the loop hears of it: a pause counts at once.
    private volatile boolean paused;
    private volatile @Nullable RealtimeSocket socket;

    DirectConnection(
            Dialer dialer,
            Policy policy,
            EventLoop loop,
            Scheduler time,
            StartRequest start,
            InputChannels inputs,
            TransportListener listener) {
        this.dialer = dialer;
        this.policy = policy;
        this.loop = loop;
        this.time = time;
        this.start = start;
        this.inputs = inputs;
        this.listener = listener;
    }

    void begin() {
        try {
            if (start.offer().isPresent()) {
                throw new IllegalArgumentException(
                        "an SDP offer cannot travel over a direct connection; select the sideband transport");
            }
            url = dialer.endpoint().directUrl(start.session());
            headers = policy.headersPerStart().apply(start);
        } catch (IllegalArgumentException invalid) {
            TransportException cause =
                    new TransportException(Fault.REQUEST_INVALID, String.valueOf(invalid.getMessage()), invalid);
            loop.execute(() -> end(Closure.failed(cause)));
            return;
        }
        giveUpNanos = time.nanoTime() + policy.startDeadline().toNanos();
        loop.execute(this::dial);
    }

    private void dial() {
        if (closed) {
            return;
        }
        attempt++;
        listener.onJoining(attempt);
        SocketRequest request = new SocketRequest(url, headers, attempt);
        RealtimeSocket dialled = dialer.openSocket(request, loop, new Events());
        socket = dialled;
        if (paused) {
            dialled.pauseReceiving();
        }
    }

    /** A timer may fire on any thread, also just as it is cancelled: its task looks at the state again. */
    private Scheduler.Timer after(Duration delay, Runnable task) {
        return time.schedule(delay, () -> {
            try {
                loop.execute(task);
            } catch (RejectedExecutionException loopsClosed) {
                // The event loops were closed, and this connection's end was reported with its channel.
            }
        });
    }

    private void awaitFirstEvent() {
        greeting = after(policy.firstEventTimeout(), this::noEvent);
    }

    private void noEvent() {
        RealtimeSocket current = socket;
        if (closed || requested != null || current == null || greeting == null) {
            return;
        }
        if (paused) {
            // What came may be held back.
            awaitFirstEvent();
            return;
        }
        silent = new TransportException(
                Fault.UPGRADE_TIMEOUT,
                dialer.endpoint().host() + " accepted the upgrade and sent no event within "
                        + policy.firstEventTimeout().toMillis() + " ms");
        current.close(CloseCode.NORMAL, "no event came");
    }

    private void heard() {
        Scheduler.Timer waiting = greeting;
        if (waiting != null) {
            greeting = null;
            waiting.cancel();
        }
    }

    private void ended(SocketEnd end, boolean stood) {
        heard();
        Closure wanted = requested;
        if (wanted != null) {
            end(wanted);
            return;
        }
        TransportException overdue = silent;
        if (overdue != null) {
            end(Closure.failed(overdue));
            return;
        }
        Optional<Duration> wait = stood ? Optional.empty() : waitAfter(end);
        if (wait.isPresent()) {
            socket = null;
            backoff = after(wait.get(), this::dial);
        } else {
            end(end.toClosure());
        }
    }

    /** How long to wait before the next attempt; empty if there is none. */
    private Optional<Duration> waitAfter(SocketEnd end) {
        if (attempt >= policy.maxAttempts() || !(end instanceof SocketEnd.Failed failed) || !reachedNoSession(failed)) {
            return Optional.empty();
        }
        Duration wait = backoff(failed);
        return time.nanoTime() + wait.toNanos() - giveUpNanos < 0 ? Optional.of(wait) : Optional.empty();
    }

    private static boolean reachedNoSession(SocketEnd.Failed failed) {
        if (failed.cause() instanceof RefusedException refused) {
            return refused.isWorthRetrying();
        }
        return switch (failed.cause().fault()) {
            case CONNECT_FAILED, CONNECT_TIMEOUT, TLS_TIMEOUT -> true;
            default -> false;
        };
    }

    private Duration backoff(SocketEnd.Failed failed) {
        double jitter = 0.8 + 0.4 * ThreadLocalRandom.current().nextDouble();
        long doubled = policy.retryDelay().toNanos() << Math.min(attempt - 1, 10);
        Duration own = Duration.ofNanos((long) (doubled * jitter));
        if (failed.cause() instanceof RefusedException refused) {
            return refused.retryAfter()
                    .filter(asked -> asked.compareTo(own) > 0)
                    .orElse(own);
        }
        return own;
    }

    private void end(Closure closure) {
        if (!closed) {
            closed = true;
            socket = null;
            listener.onClosed(closure);
        }
    }

    @Override
    public void pauseReceiving() {
        paused = true;
        RealtimeSocket current = socket;
        if (current != null) {
            current.pauseReceiving();
        }
    }

    @Override
    public void resumeReceiving() {
        paused = false;
        RealtimeSocket current = socket;
        if (current != null) {
            current.resumeReceiving();
        }
    }

    @Override
    public void close(Closure closure) {
        try {
            loop.execute(() -> closeOnLoop(closure));
        } catch (RejectedExecutionException loopsClosed) {
            // The event loops were closed, and this connection's end was reported with its channel.
        }
    }

    private void closeOnLoop(Closure closure) {
        if (closed || requested != null) {
            return;
        }
        requested = closure;
        Scheduler.Timer waiting = backoff;
        if (waiting != null) {
            waiting.cancel();
        }
        RealtimeSocket current = socket;
        if (current != null) {
            current.close(closure.code(), closure.text());
        } else {
            end(closure);
        }
    }

    /** What one dialled socket reports. */
    private final class Events implements SocketListener {
        private boolean stood;

        @Override
        public void onOpen(RealtimeSocket opened) {
            stood = true;
            awaitFirstEvent();
            inputs.drainTo(opened.writer());
        }

        @Override
        public void onEvent(ServerEvent event) {
            heard();
            listener.onEvent(event);
        }

        @Override
        public void onClosed(SocketEnd end) {
            ended(end, stood);
        }
    }
}
