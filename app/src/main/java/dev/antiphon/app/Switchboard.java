package dev.antiphon.app;

import com.google.inject.Inject;
import com.google.inject.Injector;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.port.ConversationObserver;
import dev.antiphon.transport.webrtc.SidebandTransport;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.SocketSettings;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way to one server: conversations over both transports and the threads below them. */
final class Switchboard implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Switchboard.class);
    private static final int PATIENCE_SECONDS = 15;

    private final RealtimeConversations conversations;
    private final SidebandTransport sideband;
    private final NettyResources resources;
    private final Leftovers leftovers;

    @Inject
    Switchboard(
            RealtimeConversations conversations,
            SidebandTransport sideband,
            NettyResources resources,
            Leftovers leftovers) {
        this.conversations = conversations;
        this.sideband = sideband;
        this.resources = resources;
        this.leftovers = leftovers;
    }

    RealtimeConversations conversations() {
        return conversations;
    }

    /** What may be left at the server, for people; complete once this is closed. */
    Optional<String> leftBehind() {
        return leftovers.advice();
    }

    /** Ends all conversations, waits for the hang-ups on their way, then stops the threads. */
    @Override
    public void close() {
        try {
            await(conversations.shutdown());
            await(sideband.shutdown());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } finally {
            resources.close();
        }
    }

    private static void await(CompletionStage<?> stage) throws InterruptedException {
        try {
            CompletableFuture<?> future = stage.toCompletableFuture();
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            log.warn("the connections did not end within {} s", PATIENCE_SECONDS);
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
            return injector.createChildInjector(new UpstreamModule(endpoint, sockets, observer))
                    .getInstance(Switchboard.class);
        }
    }
}
