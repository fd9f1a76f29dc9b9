package dev.antiphon.transport.websocket.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.transport.websocket.ClientSecrets;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.WebSocketTransport;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebSocketTransportModuleTest {
    @Test
    void an_endpoint_is_all_it_needs() {
        Injector injector = Guice.createInjector(new WebSocketTransportModule(), new AbstractModule() {
            @Override
            protected void configure() {
                bind(RealtimeEndpoint.class)
                        .toInstance(RealtimeEndpoint.builder("http://127.0.0.1:1/v1")
                                .build());
            }
        });

        WebSocketTransport transport = injector.getInstance(WebSocketTransport.class);
        Map<String, RealtimeTransport> byName = injector.getInstance(Key.get(new TypeLiteral<>() {}));

        assertThat(byName).containsExactly(Map.entry("websocket", transport));
        assertThat(injector.getInstance(ClientSecrets.class)).isNotNull();
    }

    @Test
    void a_missing_endpoint_is_named() {
        assertThatExceptionOfType(CreationException.class)
                .isThrownBy(() -> Guice.createInjector(new WebSocketTransportModule()))
                .withMessageContaining("RealtimeEndpoint");
    }
}
