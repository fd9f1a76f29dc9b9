package dev.antiphon.app;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.transport.webrtc.SidebandTransport;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.SocketSettings;
import dev.antiphon.transport.websocket.WebSocketTransport;

/**
 * The way to one server. Binds {@link RealtimeConversations} over both transports, the transports and
 * their {@link NettyResources}; needs nothing. Whoever creates the injector closes them.
 */
final class UpstreamModule extends AbstractModule {
    private final RealtimeEndpoint endpoint;
    private final SocketSettings sockets;

    UpstreamModule(RealtimeEndpoint endpoint, SocketSettings sockets) {
        this.endpoint = endpoint;
        this.sockets = sockets;
    }

    @Provides
    @Singleton
    NettyResources resources() {
        return NettyResources.create();
    }

    @Provides
    @Singleton
    WebSocketTransport direct(NettyResources resources) {
        return WebSocketTransport.builder(endpoint)
                .settings(sockets)
                .resources(resources)
                .build();
    }

    @Provides
    @Singleton
    Leftovers leftovers() {
        return new Leftovers();
    }

    @Provides
    @Singleton
    SidebandTransport sideband(NettyResources resources, Leftovers leftovers) {
        return SidebandTransport.builder(endpoint)
                .socketSettings(sockets)
                .observer(leftovers)
                .resources(resources)
                .build();
    }

    @Provides
    @Singleton
    RealtimeConversations conversations(WebSocketTransport direct, SidebandTransport sideband) {
        return RealtimeConversations.builder().direct(direct).sideband(sideband).build();
    }
}
