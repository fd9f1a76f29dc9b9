package dev.antiphon.app;

import com.google.inject.Inject;
import com.google.inject.Injector;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.port.ConversationObserver;
import dev.antiphon.transport.webrtc.SidebandTransport;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.SocketSettings;
import dev.antiphon.transport.websocket.recording.WireRecorder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to one server: conversations over both transports and the threads below them. */
final class Switchboard implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Switchboard.class);
    /** Three tries to hang up, of five seconds each, and the pauses between them. */
    private static final Duration PATIENCE = Duration.ofSeconds(17);

    /** For telling what was given up. */
    private static final Duration TELLING = Duration.ofMillis(500);

    private final RealtimeConversations conversations;
    private final UpstreamProvider provider;
    private final SidebandTransport sideband;
    private final NettyResources resources;
    private final Leftovers leftovers;
    private final StopSignal stop;

    @Inject
    Switchboard(
            RealtimeConversations conversations,
            UpstreamProvider provider,
            SidebandTransport sideband,
            NettyResources resources,
            Leftovers leftovers,
            StopSignal stop) {
        this.conversations = conversations;
        this.provider = provider;
        this.sideband = sideband;
        this.resources = resources;
        this.leftovers = leftovers;
        this.stop = stop;
    }

    RealtimeConversations conversations() {
        return conversations;
    }

    /** The same for a gateway. */
    UpstreamProvider provider() {
        return provider;
    }

    /** What may be left at the server, for people; complete once this is closed. */
    Optional<String> leftBehind() {
        return leftovers.advice();
    }

    /** From now on tells of each call that may be left at the server when it is known, on any thread. */
    void onLeftBehind(Consumer<String> listener) {
        leftovers.tell(listener);
    }

    /**
     * Ends all conversations, waits for the hang-ups on their way, then stops the threads. What is still on
     * its way after that, or when the time to stop is over, is left behind.
     */
    @Override
    public void close() {
        try {
            end(stop.patience(PATIENCE));
            resources.close();
            // What did not end is told on a thread of the event loops' own.
            sideband.shutdown().toCompletableFuture().get(TELLING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException silent) {
            log.warn("not all calls that may be left were told", silent);
        } finally {
            resources.close();
        }
    }

    private void end(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        await(conversations.shutdown(), deadline);
        await(sideband.shutdown(), deadline);
    }

    private static void await(CompletionStage<?> stage, long deadlineNanos) throws InterruptedException {
        try {
            stage.toCompletableFuture().get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            log.warn("the server does not let all calls end in time: they are given up");
        } catch (ExecutionException failed) {
            log.warn("the connections did not end well", failed.getCause());
        }
    }

    /** Sets up switchboards. */
    static final class Factory {
        private final Injector injector;

        @Inject
        Factory(Injector injector) {
            this.injector = injector;
        }

        /** Sockets with the library's own limits. */
        Switchboard to(RealtimeEndpoint endpoint) {
            return to(endpoint, SocketSettings.defaults());
        }

        Switchboard to(RealtimeEndpoint endpoint, SocketSettings sockets) {
            return to(endpoint, sockets, ConversationObserver.NONE);
        }

        /** @param observer watches all conversations */
        Switchboard to(RealtimeEndpoint endpoint, SocketSettings sockets, ConversationObserver observer) {
            return to(new UpstreamModule(endpoint, sockets, observer, Optional.empty()));
        }

        /** @param recorder records all conversations; closed by its owner */
        Switchboard to(RealtimeEndpoint endpoint, Optional<WireRecorder> recorder) {
            return to(new UpstreamModule(endpoint, SocketSettings.defaults(), ConversationObserver.NONE, recorder));
        }

        private Switchboard to(UpstreamModule upstream) {
            return injector.createChildInjector(upstream).getInstance(Switchboard.class);
        }
    }
}
