package dev.antiphon.app;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.transport.webrtc.SidebandObserver;
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
    private final SidebandObserver observer;

    UpstreamModule(RealtimeEndpoint endpoint, SocketSettings sockets, SidebandObserver observer) {
        this.endpoint = endpoint;
        this.sockets = sockets;
        this.observer = observer;
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
    SidebandTransport sideband(NettyResources resources) {
        return SidebandTransport.builder(endpoint)
                .socketSettings(sockets)
                .observer(observer)
                .resources(resources)
                .build();
    }

    @Provides
    @Singleton
    RealtimeConversations conversations(WebSocketTransport direct, SidebandTransport sideband) {
        return RealtimeConversations.builder().direct(direct).sideband(sideband).build();
    }
}
