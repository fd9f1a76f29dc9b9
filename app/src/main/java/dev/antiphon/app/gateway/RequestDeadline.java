package dev.antiphon.app.gateway;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Request;

/**
 * Closes connections on which no whole request head arrives in time. An idle timeout is not enough: a
 * client that sends one byte a second is never idle. Safe for use by any thread.
 */
final class RequestDeadline implements Connection.Listener {
    private final Map<Connection, ScheduledFuture<?>> waiting = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer;
    private final Duration limit;

    RequestDeadline(ScheduledExecutorService timer, Duration limit) {
        this.timer = timer;
        this.limit = limit;
    }

    @Override
    public void onOpened(Connection connection) {
        expect(connection);
    }

    @Override
    public void onClosed(Connection connection) {
        relax(connection);
    }

    /** A request head is complete. The next one is waited for once this request is done. */
    void onRequest(Request request) {
        Connection connection = request.getConnectionMetaData().getConnection();
        relax(connection);
        Request.addCompletionListener(request, failure -> expect(connection));
    }

    private void expect(Connection connection) {
        if (connection.getEndPoint().isOpen()) {
            ScheduledFuture<?> earlier = waiting.put(
                    connection, timer.schedule(() -> close(connection), limit.toMillis(), TimeUnit.MILLISECONDS));
            if (earlier != null) {
                earlier.cancel(false);
            }
        }
        if (!connection.getEndPoint().isOpen()) {
            relax(connection);
        }
    }

    private void close(Connection connection) {
        waiting.remove(connection);
        connection.getEndPoint().close();
    }

    private void relax(Connection connection) {
        ScheduledFuture<?> expected = waiting.remove(connection);
        if (expected != null) {
            expected.cancel(false);
        }
    }
}
