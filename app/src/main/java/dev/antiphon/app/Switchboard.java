package dev.antiphon.app;

import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import com.google.inject.CreationException;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.transport.websocket.NettyResources;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The way to one server: conversations over both transports and the threads below them. */
final class Switchboard implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 15;

    private final RealtimeConversations conversations;
    private final SidebandTransport sideband;
    private final NettyResources resources;

    @Inject
    Switchboard(RealtimeConversations conversations, SidebandTransport sideband, NettyResources resources) {
        this.conversations = conversations;
        this.sideband = sideband;
        this.resources = resources;
    }

    /** Sets up switchboards. */
    static final class Factory {
        private final Injector injector;

        @Inject
        Factory(Injector injector) {
            this.injector = injector;
        }

        /** @throws Complaint if the URL cannot be used; nothing was sent then */
        Switchboard to(Upstream upstream) {
            return injector.createChildInjector(new UpstreamModule(upstream)).getInstance(Switchboard.class);
        }
    }

    RealtimeConversations conversations() {
        return conversations;
    }
}
