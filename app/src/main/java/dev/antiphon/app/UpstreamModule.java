package dev.antiphon.app;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.port.ConversationObserver;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.transport.webrtc.CallClient;
import dev.antiphon.transport.webrtc.SidebandTransport;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.SocketSettings;
import dev.antiphon.transport.websocket.WebSocketTransport;
import dev.antiphon.transport.websocket.guice.WebSocketTransportModule;
import dev.antiphon.transport.websocket.recording.WireRecorder;
import java.util.Optional;

/**
 * The way to one server. Binds {@link RealtimeConversations} over both transports, the transports,
 * their own {@link NettyResources} and the {@link Leftovers} they report to; needs nothing. Whoever
 * creates the injector closes them.
 */
final class UpstreamModule extends AbstractModule {
    private final RealtimeEndpoint endpoint;
    private final SocketSettings sockets;
    private final ConversationObserver observer;
    private final Optional<WireRecorder> recorder;

    UpstreamModule(
            RealtimeEndpoint endpoint,
            SocketSettings sockets,
            ConversationObserver observer,
            Optional<WireRecorder> recorder) {
        this.endpoint = endpoint;
        this.sockets = sockets;
        this.observer = observer;
        this.recorder = recorder;
    }

    @Override
    protected void configure() {
        install(new WebSocketTransportModule());
        bind(RealtimeEndpoint.class).toInstance(endpoint);
        OptionalBinder.newOptionalBinder(binder(), SocketSettings.class)
                .setBinding()
                .toInstance(sockets);
        OptionalBinder.newOptionalBinder(binder(), NettyResources.class)
                .setBinding()
                .toProvider(NettyResources::create)
                .in(Singleton.class);
        bind(Leftovers.class).in(Singleton.class);
    }

    @Provides
    @Singleton
    SidebandTransport sideband(NettyResources resources, Leftovers leftovers) {
        return SidebandTransport.builder(endpoint)
                .socketSettings(sockets)
                .resources(resources)
                .observer(leftovers)
                .build();
    }

    @Provides
    @Singleton
    UpstreamProvider provider(RealtimeConversations conversations, NettyResources resources) {
        return new UpstreamProvider(conversations, CallClient.of(endpoint, resources));
    }

    @Provides
    @Singleton
    RealtimeConversations conversations(WebSocketTransport direct, SidebandTransport sideband) {
        return RealtimeConversations.builder()
                .direct(recorded(direct))
                .sideband(recorded(sideband))
                .observer(observer)
                .build();
    }

    private RealtimeTransport recorded(RealtimeTransport transport) {
        return recorder.map(tape -> tape.around(transport)).orElse(transport);
    }
}
