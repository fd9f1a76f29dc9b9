package dev.antiphon.core.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Module;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.core.port.TransportSelector;
import dev.antiphon.core.port.TransportTraits;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationsModuleTest {
    private static final SessionConfig SESSION = SessionConfig.builder().build();
    private static final StartRequest DIRECT = StartRequest.direct(SESSION);
    private static final StartRequest OFFERED = StartRequest.withOffer(SESSION, new SdpOffer("v=0\r\n"));

    private static RealtimeTransport transport(String name) {
        RealtimeTransport transport = mock(RealtimeTransport.class);
        when(transport.traits()).thenReturn(new TransportTraits(name, List.of()));
        return transport;
    }

    /** Installs a transport as its own module would. */
    private static Module installed(String name) {
        return new AbstractModule() {
            @Override
            protected void configure() {
                MapBinder.newMapBinder(binder(), String.class, RealtimeTransport.class)
                        .addBinding(name)
                        .toInstance(transport(name));
            }
        };
    }

    private static RealtimeConversations conversations(Module... beside) {
        return Guice.createInjector(binder -> {
                    binder.install(new ConversationsModule());
                    List.of(beside).forEach(binder::install);
                })
                .getInstance(RealtimeConversations.class);
    }

    @Test
    void an_offer_takes_the_sideband_and_none_the_direct_transport() {
        RealtimeConversations conversations = conversations(installed("websocket"), installed("webrtc-sideband"));

        assertThat(conversations.choose(DIRECT).name()).isEqualTo("websocket");
        assertThat(conversations.choose(OFFERED).name()).isEqualTo("webrtc-sideband");
    }

    @Test
    void a_start_whose_transport_is_not_installed_is_refused_with_what_is() {
        RealtimeConversations conversations = conversations(installed("websocket"));

        assertThatThrownBy(() -> conversations.choose(OFFERED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("webrtc-sideband")
                .hasMessageContaining("[websocket]");
    }

    @Test
    void an_application_sets_a_rule_of_its_own_for_a_third_transport() {
        RealtimeTransport third = transport("third");
        RealtimeConversations conversations =
                conversations(binder -> OptionalBinder.newOptionalBinder(binder, TransportSelector.class)
                        .setBinding()
                        .toInstance(start -> new TransportChoice(third, "the only one")));

        assertThat(conversations.choose(DIRECT).name()).isEqualTo("third");
    }
}
