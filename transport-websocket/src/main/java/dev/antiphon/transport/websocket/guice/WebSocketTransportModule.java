package dev.antiphon.transport.websocket.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.transport.websocket.ClientSecrets;
import dev.antiphon.transport.websocket.Dialer;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.SocketSettings;
import dev.antiphon.transport.websocket.WebSocketTransport;

/**
 * The direct transport.
 *
 * <p>Binds {@link WebSocketTransport}, also in the map of transports under {@code "websocket"}, and
 * {@link Dialer} and {@link ClientSecrets} for the same endpoint. Needs a {@link RealtimeEndpoint}.
 * {@link SocketSettings} and {@link NettyResources} may be set with an {@link OptionalBinder}; else
 * the defaults and the resources shared by the process are used.
 */
public final class WebSocketTransportModule extends AbstractModule {
    @Override
    protected void configure() {
        requireBinding(RealtimeEndpoint.class);
        OptionalBinder.newOptionalBinder(binder(), SocketSettings.class)
                .setDefault()
                .toInstance(SocketSettings.defaults());
        OptionalBinder.newOptionalBinder(binder(), NettyResources.class)
                .setDefault()
                .toProvider(NettyResources::shared);
        MapBinder.newMapBinder(binder(), String.class, RealtimeTransport.class)
                .addBinding("websocket")
                .to(WebSocketTransport.class);
    }

    @Provides
    @Singleton
    WebSocketTransport transport(RealtimeEndpoint endpoint, SocketSettings settings, NettyResources resources) {
        return WebSocketTransport.builder(endpoint)
                .settings(settings)
                .resources(resources)
                .build();
    }

    @Provides
    @Singleton
    Dialer dialer(RealtimeEndpoint endpoint, SocketSettings settings, NettyResources resources) {
        return Dialer.builder(endpoint).settings(settings).resources(resources).build();
    }

    @Provides
    @Singleton
    ClientSecrets clientSecrets(Dialer dialer) {
        return new ClientSecrets(dialer);
    }
}
