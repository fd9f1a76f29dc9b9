package dev.antiphon.transport.webrtc.guice;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.transport.webrtc.CallClient;
import dev.antiphon.transport.webrtc.SidebandObserver;
import dev.antiphon.transport.webrtc.SidebandSettings;
import dev.antiphon.transport.webrtc.SidebandTransport;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;

/**
 * Binds {@link SidebandTransport} and {@link CallClient} as singletons, and the transport under
 * {@code webrtc-sideband} in the map of {@link RealtimeTransport}s by name.
 *
 * <p>Needs a {@link RealtimeEndpoint}. Takes {@link SidebandSettings}, a {@link SidebandObserver} and
 * {@link NettyResources} where the application binds them, and the defaults where it does not.
 */
public final class SidebandModule extends AbstractModule {
    @Override
    protected void configure() {
        OptionalBinder.newOptionalBinder(binder(), SidebandSettings.class)
                .setDefault()
                .toInstance(SidebandSettings.DEFAULT);
        OptionalBinder.newOptionalBinder(binder(), SidebandObserver.class)
                .setDefault()
                .toInstance(SidebandObserver.NONE);
        OptionalBinder.newOptionalBinder(binder(), NettyResources.class)
                .setDefault()
                .toProvider(NettyResources::shared);
        MapBinder.newMapBinder(binder(), String.class, RealtimeTransport.class)
                .addBinding("webrtc-sideband")
                .to(SidebandTransport.class);
    }

    @Provides
    @Singleton
    SidebandTransport transport(
            RealtimeEndpoint endpoint, SidebandSettings settings, SidebandObserver observer, NettyResources resources) {
        return SidebandTransport.builder(endpoint)
                .settings(settings)
                .observer(observer)
                .resources(resources)
                .build();
    }

    @Provides
    @Singleton
    CallClient calls(RealtimeEndpoint endpoint, NettyResources resources) {
        return CallClient.of(endpoint, resources);
    }
}
