package dev.antiphon.testkit;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.port.NotWrittenException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of one in-memory control socket: sends events, shows what arrived, ends the
 * connection. Safe for use by any thread; nothing blocks.
 */
public final class InMemorySocket {
    private final InMemoryServer server;
    private final Object lock = new Object();

    // Guarded by lock.
    private final List<ClientEvent> received = new ArrayList<>();
    private final Deque<Write> stuck = new ArrayDeque<>();
    private @Nullable InMemoryConnection client; // null when the socket has ended
    private @Nullable CloseFrame closeFrame;
    private boolean reading = true;

    private record Write(ClientEvent event, CompletableFuture<Void> written) {}

    InMemorySocket(InMemoryServer server, InMemoryConnection client) {
        this.server = server;
        this.client = client;
    }

    /** Sends events, in this order. Nothing happens if the socket has ended. */
    public void send(ServerEvent... events) {
        InMemoryConnection reader = client();
        if (reader != null) {
            for (ServerEvent event : events) {
                reader.receive(this, event);
            }
        }
    }

    /** Ends the connection with a close frame, behind everything that was sent. */
    public void close(int code, String reason) {
        InMemoryConnection reader = end();
        if (reader != null) {
            reader.closedByServer(this, code, reason);
        }
    }

    /** Ends the connection at once and without a close frame; writes that were not taken fail. */
    public void cut() {
        InMemoryConnection reader = end();
        if (reader != null) {
            reader.lost(this);
        }
    }

    /** Takes no input from now on: writes stay incomplete. */
    public void stopReading() {
        synchronized (lock) {
            reading = false;
        }
    }

    /** Takes input again, first what waited. */
    public void resumeReading() {
        List<Write> waited;
        synchronized (lock) {
            reading = true;
            waited = List.copyOf(stuck);
            stuck.clear();
            waited.forEach(write -> received.add(write.event()));
        }
        for (Write write : waited) {
            server.arrived(this, write.event());
            write.written().complete(null);
        }
    }

    /** Input that arrived, in order. */
    public List<ClientEvent> received() {
        synchronized (lock) {
            return List.copyOf(received);
        }
    }

    /** What the client closed this socket with, if it did. */
    public Optional<CloseFrame> closeFrame() {
        synchronized (lock) {
            return Optional.ofNullable(closeFrame);
        }
    }

    public boolean isOpen() {
        return client() != null;
    }

    private @Nullable InMemoryConnection client() {
        synchronized (lock) {
            return client;
        }
    }

    CompletionStage<Void> write(ClientEvent event) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        synchronized (lock) {
            if (client == null) {
                written.completeExceptionally(new NotWrittenException("the socket has ended"));
                return written;
            }
            if (!reading) {
                stuck.add(new Write(event, written));
                return written;
            }
            received.add(event);
        }
        server.arrived(this, event);
        written.complete(null);
        return written;
    }

    void closeByClient(CloseFrame frame) {
        synchronized (lock) {
            if (client != null) {
                closeFrame = frame;
            }
        }
        end();
    }

    /** Ends the socket and fails what it has not taken; null if it had ended before. */
    private @Nullable InMemoryConnection end() {
        InMemoryConnection reader;
        List<Write> failed;
        synchronized (lock) {
            reader = client;
            client = null;
            failed = List.copyOf(stuck);
            stuck.clear();
        }
        for (Write write : failed) {
            write.written().completeExceptionally(new NotWrittenException("the socket ended before it was read"));
        }
        return reader;
    }
}
