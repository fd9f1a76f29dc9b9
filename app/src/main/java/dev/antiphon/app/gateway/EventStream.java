package dev.antiphon.app.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One browser that hears a call: server-sent events from its position in the {@link EventLog} on. One write
 * is under way at a time and nothing is queued behind it, so a browser that reads slowly holds one batch of
 * memory; one that reads nothing for a while is cut and may come back. A comment keeps silent streams alive
 * through proxies.
 */
final class EventStream {
    /** Hears of the end. */
    interface Listener {
        /**
         * The last that happens to a stream.
         *
         * @param cut whether its browser had read nothing for too long
         */
        void onEnd(boolean cut);
    }

    private static final Logger log = LoggerFactory.getLogger(EventStream.class);
    private static final byte[] HEARTBEAT = ": \n\n".getBytes(StandardCharsets.UTF_8);
    private static final byte[] GREETING = "retry: 1000\n\n".getBytes(StandardCharsets.UTF_8);

    private final EventLog events;
    private final Request request;
    private final EndPoint connection;
    private final long usualIdleTimeout;
    private final Response response;
    private final Callback callback;
    private final Executor threads;
    private final Duration stalledAfter;
    private final Listener listener;
    private final Runnable wake = this::wake;

    // Guarded by this.
    private long position;
    private boolean writing;
    private boolean ended;
    private long writingSince;
    private ScheduledFuture<?> beat;

    EventStream(
            EventLog events,
            long lastEventId,
            Request request,
            Response response,
            Callback callback,
            Executor threads,
            ScheduledExecutorService timer,
            GatewayLimits limits,
            Listener listener) {
        this.events = events;
        this.position = events.checked(lastEventId);
        this.request = request;
        this.connection = request.getConnectionMetaData().getConnection().getEndPoint();
        this.usualIdleTimeout = connection.getIdleTimeout();
        this.response = response;
        this.callback = callback;
        this.threads = threads;
        this.stalledAfter = limits.streams().stalledAfter();
        this.listener = listener;
        long period = limits.streams().heartbeat().toMillis();
        this.beat = timer.scheduleAtFixedRate(this::beat, period, period, TimeUnit.MILLISECONDS);
    }

    /** Sends what there is and goes on until the call or the connection ends. */
    void open() {
        request.addIdleTimeoutListener(timeout -> false);
        // A write that makes no progress fails after that time whatever the listener says; we cut it before.
        connection.setIdleTimeout(2 * stalledAfter.toMillis());
        request.addFailureListener(failure -> finish(failure));
        synchronized (this) {
            writing = true;
            writingSince = System.nanoTime();
        }
        events.listen(wake);
        response.write(false, ByteBuffer.wrap(GREETING), Callback.from(this::written, this::finish));
    }

    /** New events: whoever reports them is not made to write. */
    private void wake() {
        synchronized (this) {
            if (writing || ended) {
                return;
            }
        }
        threads.execute(this::pump);
    }

    /** On a thread that reads requests, too: telling the state of a call, which may come next, would hold them up. */
    private void written() {
        long reached;
        synchronized (this) {
            writing = false;
            reached = position;
        }
        // What came until now woke nobody.
        if (events.hasNews(reached)) {
            threads.execute(this::pump);
        }
    }

    private void pump() {
        synchronized (this) {
            if (writing || ended) {
                return;
            }
            writing = true;
            writingSince = System.nanoTime();
        }
        EventLog.Batch batch = events.after(position);
        if (batch.bytes().length == 0 && !batch.isLast()) {
            written();
            return;
        }
        position = batch.position();
        if (batch.isLast()) {
            if (end(false)) {
                response.write(true, ByteBuffer.wrap(batch.bytes()), callback);
            }
        } else {
            response.write(false, ByteBuffer.wrap(batch.bytes()), Callback.from(this::written, this::finish));
        }
    }

    private void beat() {
        boolean stalled;
        synchronized (this) {
            if (ended) {
                return;
            }
            stalled = writing && System.nanoTime() - writingSince > stalledAfter.toNanos();
            if (writing && !stalled) {
                return;
            }
            if (!stalled) {
                writing = true;
                writingSince = System.nanoTime();
            }
        }
        if (stalled) {
            log.debug("an event stream took nothing for {} and is cut", stalledAfter);
            boolean cut = end(true);
            connection.close();
            if (cut) {
                callback.failed(new TimeoutException("the browser reads nothing"));
            }
        } else {
            threads.execute(() ->
                    response.write(false, ByteBuffer.wrap(HEARTBEAT), Callback.from(this::written, this::finish)));
        }
    }

    private void finish(Throwable failure) {
        if (end(false)) {
            callback.failed(failure);
        }
    }

    private boolean end(boolean cut) {
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
            beat.cancel(false);
        }
        events.forget(wake);
        connection.setIdleTimeout(usualIdleTimeout);
        listener.onEnd(cut);
        return true;
    }
}
