package dev.antiphon.testkit.simulation;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.NotWrittenException;
import dev.antiphon.testkit.history.HistoryEntry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a control socket in memory. Confined to the owner, on which the listener is
 * called.
 *
 * <p>What is written gathers until a flush, leaves as one batch while the server reads, and arrives a
 * little later, unless the socket is cut in between: then nobody can tell.
 */
public final class SimulatedSocket implements InputWriter, ServerSession.End {
    private static final Duration TRAVEL = Duration.ofMillis(5);
    private static final Duration GOODBYE = Duration.ofMillis(20);
    private static final Duration NO_GOODBYE = Duration.ofMillis(400);
    private static final int WINDOW_BYTES = 4_096;

    private final SimulatedNetwork network;
    private final SimulatedWorld world;
    private final String conversation;
    private final String call;
    private final Executor owner;
    private final Executor way;
    private final Listener listener;
    private final boolean gathers;
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
    private final ArrayDeque<Runnable> incoming = new ArrayDeque<>();
    private final List<Batch> travelling = new ArrayList<>();
    private Batch filling = new Batch();
    private @Nullable ServerSession session;
    private State state = State.DIALING;
    private boolean serverReads = true;
    private boolean cut;
    private boolean paused;
    private boolean dropped;

    private enum State {
        DIALING,
        OPEN,
        CLOSING,
        OVER
    }

    /** Events that leave together. */
    private static final class Batch {
        private final List<ClientEvent> events = new ArrayList<>();
        private final CompletableFuture<Void> written = new CompletableFuture<>();
    }

    /** How a socket ended. */
    public enum Loss {
        /** There was no connection. */
        UNREACHABLE,
        /** The server answered the upgrade with another status. */
        REFUSED,
        /** It broke without a close frame. */
        CUT,
        /** By the server's close frame. */
        CLOSED_BY_SERVER,
        /** By {@link SimulatedSocket#close}. */
        CLOSED_BY_CLIENT
    }

    /** Hears one socket: {@code (onOpen onEvent*)? onLost}. */
    public interface Listener {
        void onOpen();

        void onEvent(ServerEvent event);

        /**
         * The end.
         *
         * @param code HTTP status of a refusal, close code of a close, else 0
         */
        void onLost(Loss loss, int code);
    }

    SimulatedSocket(SimulatedNetwork network, String conversation, String call, Executor owner, Listener listener) {
        this.call = call;
        this.network = network;
        this.world = network.world;
        this.conversation = conversation;
        this.owner = owner;
        this.listener = listener;
        this.way = world.lane("way of " + conversation + " " + network.nextEvent());
        this.gathers = world.chance(0.5);
    }

    void dial() {
        Duration time = network.handshakeTime();
        switch (network.nextHandshake(conversation, call)) {
            case ACCEPTED -> later(time, this::accepted);
            case REFUSED_FOR_NOW -> endLater(time, Loss.REFUSED, 503);
            case REFUSED_FOR_GOOD -> endLater(time, Loss.REFUSED, 403);
            case NOT_FOUND -> endLater(time, Loss.REFUSED, 404);
            case UNREACHABLE -> endLater(time, Loss.UNREACHABLE, 0);
            case CUT -> endLater(time, Loss.CUT, 0);
            case SILENT -> {}
        }
    }

    private void accepted() {
        if (state != State.DIALING) {
            return;
        }
        ServerSession accepted = network.accept(conversation, call, this);
        session = accepted;
        accepted.begin();
        owner.execute(() -> {
            if (state == State.DIALING) {
                state = State.OPEN;
                network.history.add(new HistoryEntry.SocketOpened(conversation, accepted.name()));
                listener.onOpen();
                deliver();
            }
        });
    }

    // ------------------------------------------------------------------ writing

    @Override
    public CompletionStage<Void> write(ClientEvent event) {
        if (state != State.OPEN || cut) {
            return CompletableFuture.failedFuture(new NotWrittenException("the socket has ended"));
        }
        filling.events.add(event);
        CompletableFuture<Void> written = filling.written;
        if (!gathers) {
            flush();
        }
        return written;
    }

    @Override
    public void flush() {
        if (!filling.events.isEmpty()) {
            waiting.add(filling);
            filling = new Batch();
        }
        pump();
    }

    @Override
    public int windowBytes() {
        return gathers ? WINDOW_BYTES : 0;
    }

    @Override
    public Executor executor() {
        return owner;
    }

    private void pump() {
        ServerSession reader = session;
        while (reader != null && serverReads && !cut && !waiting.isEmpty()) {
            Batch batch = waiting.remove();
            travelling.add(batch);
            for (ClientEvent event : batch.events) {
                ClientSays said = ClientSays.of(event);
                network.history.add(new HistoryEntry.Taken(conversation, reader.name(), said.type(), said.content()));
                way.execute(() -> {
                    if (!cut) {
                        reader.received(said);
                    }
                });
            }
            later(
                    world.upTo(TRAVEL),
                    () -> owner.execute(() -> {
                        if (travelling.remove(batch)) {
                            batch.written.complete(null);
                        }
                    }));
        }
    }

    // ------------------------------------------------------------------ the server's end

    @Override
    public void send(ServerSays event) {
        arrive(() -> listener.onEvent(event.toEvent()));
    }

    @Override
    public void close(int code) {
        if (session != null) {
            session.ended();
        }
        arrive(() -> end(Loss.CLOSED_BY_SERVER, code));
    }

    @Override
    public void cut() {
        cut = true;
        if (session != null) {
            session.ended();
        }
        if (world.chance(0.5)) {
            owner.execute(incoming::clear);
        }
        arrive(() -> end(Loss.CUT, 0));
    }

    @Override
    public void reading(boolean reads) {
        owner.execute(() -> {
            serverReads = reads;
            pump();
        });
    }

    private void arrive(Runnable effect) {
        owner.execute(() -> {
            incoming.add(effect);
            deliver();
        });
    }

    private void deliver() {
        while (state == State.OPEN && !paused && !incoming.isEmpty()) {
            incoming.remove().run();
        }
    }

    // ------------------------------------------------------------------ the client's end

    /** Holds events back, or delivers them again, from this moment on. Not only on the owner. */
    public void receiving(boolean receives) {
        paused = !receives;
        if (receives) {
            owner.execute(this::deliver);
        }
    }

    /** Gives up or closes, whatever the phase; {@link Listener#onLost} follows. Idempotent. */
    public void close() {
        if (state == State.DIALING) {
            endLater(world.upTo(GOODBYE), Loss.CLOSED_BY_CLIENT, 1000);
        } else if (state == State.OPEN) {
            state = State.CLOSING;
            giveUp(waiting);
            later(
                    serverReads ? world.upTo(GOODBYE) : NO_GOODBYE,
                    () -> owner.execute(() -> end(Loss.CLOSED_BY_CLIENT, 1000)));
        }
    }

    /** Ends the socket without a word, as no adapter should; {@link Listener#onLost} follows. */
    public void drop() {
        dropped = true;
        cut = true;
        end(Loss.CUT, 0);
    }

    private void endLater(Duration time, Loss loss, int code) {
        later(time, () -> owner.execute(() -> end(loss, code)));
    }

    private void end(Loss loss, int code) {
        if (state == State.OVER) {
            return;
        }
        boolean stood = state != State.DIALING;
        state = State.OVER;
        ServerSession ended = session;
        if (ended != null) {
            ended.ended();
            if (stood) {
                network.history.add(new HistoryEntry.SocketEnded(conversation, ended.name(), !dropped));
            }
        }
        giveUp(waiting);
        for (Batch batch : List.copyOf(travelling)) {
            if (travelling.remove(batch)) {
                batch.written.completeExceptionally(
                        new TransportException(Fault.CONNECTION_LOST, "the socket ended while this was on its way"));
            }
        }
        listener.onLost(loss, code);
    }

    private void giveUp(ArrayDeque<Batch> unsent) {
        List<Batch> all = new ArrayList<>(unsent);
        all.add(filling);
        unsent.clear();
        filling = new Batch();
        all.forEach(batch ->
                batch.written.completeExceptionally(new NotWrittenException("the socket ended before this left")));
    }

    private void later(Duration time, Runnable what) {
        network.time.schedule(time, what);
    }
}
