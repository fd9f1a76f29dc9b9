package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.NotWrittenException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Keeps queued input off a fresh control socket until the socket shows life.
 *
 * <p>Servers and proxies accept the upgrade of a call that is not ready and cut the socket at once. An
 * item written into such a socket could be neither sent again nor called lost. So only
 * {@code session.update}, which is sent on every socket anyway, goes out before {@link #settle}; the
 * rest waits here and, if the socket ends first, is handed back as provably not written.
 *
 * <p>All fields are confined to the owner, where the writer is called too.
 */
final class SettlingWriter implements InputWriter {
    private final InputWriter socket;
    private final Executor owner;
    private final List<Held> held = new ArrayList<>();
    private boolean settled;
    private boolean ended;

    private record Held(ClientEvent event, CompletableFuture<Void> written) {}

    SettlingWriter(InputWriter socket, Executor owner) {
        this.socket = socket;
        this.owner = owner;
    }

    @Override
    public CompletionStage<Void> write(ClientEvent event) {
        if (ended) {
            return CompletableFuture.failedFuture(new NotWrittenException("the control socket has ended"));
        }
        if (settled || event instanceof ClientEvent.SessionUpdate) {
            return socket.write(event);
        }
        Held waiting = new Held(event, new CompletableFuture<>());
        held.add(waiting);
        return waiting.written();
    }

    @Override
    public void flush() {
        socket.flush();
    }

    @Override
    public int windowBytes() {
        return socket.windowBytes();
    }

    @Override
    public Executor executor() {
        return owner;
    }

    /**
     * The socket showed life, or has stood long enough: writes what waited.
     *
     * @return whether it had not settled before
     */
    boolean settle() {
        if (settled || ended) {
            return false;
        }
        settled = true;
        List<Held> waiting = takeHeld();
        List<CompletionStage<Void>> stages = new ArrayList<>(waiting.size());
        for (Held each : waiting) {
            stages.add(socket.write(each.event()));
        }
        socket.flush();
        // Only now: a completed write may bring the next event, which must not overtake these.
        for (int i = 0; i < stages.size(); i++) {
            relay(stages.get(i), waiting.get(i).written());
        }
        return true;
    }

    /** The socket has ended: what waited was not written. Idempotent. */
    void end() {
        ended = true;
        for (Held each : takeHeld()) {
            each.written().completeExceptionally(new NotWrittenException("the control socket ended before it settled"));
        }
    }

    private List<Held> takeHeld() {
        List<Held> waiting = List.copyOf(held);
        held.clear();
        return waiting;
    }

    private static void relay(CompletionStage<Void> from, CompletableFuture<Void> to) {
        var unused = from.whenComplete((none, fault) -> {
            if (fault == null) {
                to.complete(null);
            } else {
                to.completeExceptionally(fault);
            }
        });
    }
}
