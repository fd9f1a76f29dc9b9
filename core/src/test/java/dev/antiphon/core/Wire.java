package dev.antiphon.core;

import dev.antiphon.core.ConversationLimits.Lane;
import dev.antiphon.core.ConversationLimits.WhenFull;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A transport of one connection that takes all it is given, safe for use by any thread. */
final class Wire implements RealtimeTransport, TransportConnection, InputWriter {
    private volatile @Nullable TransportListener listener;
    private volatile @Nullable InputChannels inputs;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A conversation over this wire: lanes of two items, everything on the threads that call. */
    Conversation start(ConversationListener hears) {
        return Stand.builder(this)
                .scheduler(new ManualScheduler())
                .listenerExecutor(Runnable::run)
                .stageExecutor(Runnable::run)
                .limits(ConversationLimits.DEFAULT.withLanes(
                        new Lane(2, 1 << 20, WhenFull.refuse()), new Lane(2, 1 << 20, WhenFull.refuse())))
                .build()
                .start(Stand.WITH_OFFER, hears);
    }

    TransportListener listener() {
        return Objects.requireNonNull(listener);
    }

    void stand() {
        Objects.requireNonNull(inputs).drainTo(this);
    }

    @Override
    public TransportConnection open(StartRequest start, InputChannels channels, TransportListener hears) {
        inputs = channels;
        listener = hears;
        return this;
    }

    @Override
    public TransportTraits traits() {
        return new TransportTraits("wire", List.of());
    }

    @Override
    public void pauseReceiving() {}

    @Override
    public void resumeReceiving() {}

    @Override
    public void close(Closure closure) {
        if (closed.compareAndSet(false, true)) {
            listener().onClosed(closure);
        }
    }

    @Override
    public CompletionStage<Void> write(ClientEvent event) {
        return CompletableFuture.completedFuture(null);
    }
}
