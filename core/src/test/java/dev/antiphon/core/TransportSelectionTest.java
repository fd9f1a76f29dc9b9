package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.port.TransportChoice;
import org.junit.jupiter.api.Test;

class TransportSelectionTest {
    private final FakeTransport direct = new FakeTransport();
    private final FakeTransport sideband = new FakeTransport();

    @Test
    void a_start_without_an_offer_takes_the_direct_transport_and_says_why() {
        RealtimeConversations conversations = RealtimeConversations.builder()
                .direct(direct)
                .sideband(sideband)
                .build();

        TransportChoice choice = conversations.choose(Stand.DIRECT);

        assertThat(choice.transport()).isSameAs(direct);
        assertThat(choice.reason()).contains("no SDP offer");
    }

    @Test
    void a_start_with_an_offer_takes_the_sideband_and_says_why() {
        RealtimeConversations conversations = RealtimeConversations.builder()
                .direct(direct)
                .sideband(sideband)
                .build();

        TransportChoice choice = conversations.choose(Stand.WITH_OFFER);

        assertThat(choice.transport()).isSameAs(sideband);
        assertThat(choice.reason()).contains("SDP offer is present");
        assertThat(direct.start).isNull();
        assertThat(sideband.start).isNull();
    }

    @Test
    void a_third_transport_is_chosen_by_a_rule_of_the_application() {
        FakeTransport third = new FakeTransport();
        RealtimeConversations conversations = RealtimeConversations.builder()
                .selector(start -> new TransportChoice(third, "this house has its own"))
                .build();

        conversations.start(Stand.DIRECT);

        assertThat(third.start).isEqualTo(Stand.DIRECT);
    }

    @Test
    void a_start_that_the_only_transport_cannot_serve_is_refused_before_anything_is_opened() {
        RealtimeConversations conversations =
                RealtimeConversations.builder().direct(direct).build();

        assertThatThrownBy(() -> conversations.start(Stand.WITH_OFFER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs a sideband transport");
        assertThat(direct.start).isNull();
    }

    @Test
    void an_offer_that_is_blank_or_no_sdp_is_refused_without_showing_it() {
        assertThatThrownBy(() -> new SdpOffer("  \r\n")).hasMessageContaining("blank");
        assertThatThrownBy(() -> new SdpOffer("hello ice-pwd"))
                .hasMessageContaining("v=0")
                .hasMessageNotContaining("ice-pwd");
    }
}
