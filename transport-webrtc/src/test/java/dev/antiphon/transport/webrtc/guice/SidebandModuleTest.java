package dev.antiphon.transport.webrtc.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.OptionalBinder;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.transport.webrtc.CallClient;
import dev.antiphon.transport.webrtc.SidebandSettings;
import dev.antiphon.transport.webrtc.SidebandTransport;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SidebandModuleTest {
    @Test
    void transport_is_one_and_known_by_its_name() {
        try (NettyResources resources = NettyResources.create(1)) {
            Injector injector = Guice.createInjector(new SidebandModule(), new AbstractModule() {
                @Override
                protected void configure() {
                    bind(RealtimeEndpoint.class)
                            .toInstance(RealtimeEndpoint.builder("http://127.0.0.1:1/v1")
                                    .build());
                    OptionalBinder.newOptionalBinder(binder(), NettyResources.class)
                            .setBinding()
                            .toInstance(resources);
                }
            });

            SidebandTransport transport = injector.getInstance(SidebandTransport.class);
            Map<String, RealtimeTransport> byName =
                    injector.getInstance(Key.get(new TypeLiteral<Map<String, RealtimeTransport>>() {}));

            assertThat(byName).containsExactly(Map.entry("webrtc-sideband", transport));
            assertThat(injector.getInstance(CallClient.class)).isSameAs(injector.getInstance(CallClient.class));
            assertThat(injector.getInstance(SidebandSettings.class)).isSameAs(SidebandSettings.DEFAULT);
        }
    }
}
