package dev.antiphon.core;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A transport that does nothing by itself: the test plays network and server. */
final class FakeTransport implements RealtimeTransport, TransportConnection {
    @Nullable
    StartRequest start;

    @Nullable
    InputChannels inputs;

    @Nullable
    TransportListener listener;

    final List<Closure> closes = new ArrayList<>();
    int pauses;
    int resumes;
    /** What the server says while this transport is still being told to resume. */
    Runnable onResume = () -> {};
    /** Whether a close is answered with the end at once. */
    boolean obeysClose = true;
    /** What happens on the network before {@code open} returns. */
    Consumer<TransportListener> onOpen = server -> {};

    @Override
    public TransportConnection open(StartRequest request, InputChannels channels, TransportListener hears) {
        start = request;
        inputs = channels;
        listener = hears;
        onOpen.accept(hears);
        return this;
    }

    @Override
    public TransportTraits traits() {
        return new TransportTraits("fake", List.of());
    }

    TransportListener server() {
        TransportListener told = listener;
        if (told == null) {
            throw new IllegalStateException("not opened");
        }
        return told;
    }

    /** A control socket stands; returns what it takes. */
    FakeSocket socket() {
        FakeSocket socket = new FakeSocket();
        connect(socket);
        return socket;
    }

    void connect(InputWriter writer) {
        InputChannels channels = inputs;
        if (channels == null) {
            throw new IllegalStateException("not opened");
        }
        channels.drainTo(writer);
    }

    @Override
    public synchronized void pauseReceiving() {
        pauses++;
    }

    @Override
    public synchronized void resumeReceiving() {
        resumes++;
        onResume.run();
    }

    @Override
    public void close(Closure closure) {
        closes.add(closure);
        if (obeysClose && closes.size() == 1) {
            server().onClosed(closure);
        }
    }

    /** A writer that takes everything at once unless told otherwise. */
    static final class FakeSocket implements InputWriter {
        static final CompletionStage<Void> TAKEN = CompletableFuture.completedFuture(null);

        final List<ClientEvent> events = new ArrayList<>();
        final List<CompletableFuture<Void>> pending = new ArrayList<>();
        boolean holds;
        /** As long as it is 0, one event at a time. */
        int windowBytes;

        Predicate<ClientEvent> refuses = event -> false;

        @Override
        public synchronized CompletionStage<Void> write(ClientEvent event) {
            if (refuses.test(event)) {
                throw new IllegalArgumentException("no such form");
            }
            events.add(event);
            if (!holds) {
                return TAKEN;
            }
            CompletableFuture<Void> taken = new CompletableFuture<>();
            pending.add(taken);
            return taken;
        }

        @Override
        public int windowBytes() {
            return windowBytes;
        }

        synchronized List<ClientEvent> written() {
            return List.copyOf(events);
        }
    }
}
