package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.ServerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Keeps what a socket reports and checks the grammar {@code onOpen? onEvent* onClosed}. */
class RecordingSocketListener implements SocketListener {
    private static final int DEADLINE_SECONDS = 10;

    private final CompletableFuture<RealtimeSocket> open = new CompletableFuture<>();
    private final CompletableFuture<SocketEnd> closed = new CompletableFuture<>();
    private final BlockingQueue<ServerEvent> events = new LinkedBlockingQueue<>();
    private final List<String> violations = new ArrayList<>();

    @Override
    public void onOpen(RealtimeSocket socket) {
        check(!open.isDone() && !closed.isDone() && socket.loop().inEventLoop(), "onOpen");
        open.complete(socket);
    }

    @Override
    public void onEvent(ServerEvent event) {
        check(open.isDone() && !closed.isDone(), "onEvent");
        events.add(event);
    }

    @Override
    public void onClosed(SocketEnd end) {
        check(!closed.isDone(), "onClosed");
        closed.complete(end);
    }

    private synchronized void check(boolean holds, String call) {
        if (!holds) {
            violations.add(call);
        }
    }

    RealtimeSocket awaitOpen() throws Exception {
        return open.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    boolean wasOpened() {
        return open.isDone();
    }

    ServerEvent awaitEvent() throws Exception {
        ServerEvent event = events.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event came; the socket's end: " + closed.getNow(null));
        }
        return event;
    }

    int waitingEvents() {
        return events.size();
    }

    SocketEnd awaitClosed() throws Exception {
        return awaitClosed(Duration.ofSeconds(DEADLINE_SECONDS));
    }

    synchronized SocketEnd checkedEnd(SocketEnd end) {
        if (!violations.isEmpty()) {
            throw new AssertionError("calls out of order: " + violations);
        }
        return end;
    }

    SocketEnd awaitClosed(Duration within) throws Exception {
        return checkedEnd(closed.get(within.toMillis(), TimeUnit.MILLISECONDS));
    }

    boolean isClosed() {
        return closed.isDone();
    }
}
