package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.antiphon.core.model.RawJson;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallTicketTest {
    private static final CallTicket TICKET = new CallTicket(
            URI.create("https://server.test:8443/v1?x=1&y=2"),
            Optional.of("identity é"),
            "realtime",
            new CallId("rtc_u1_abc"),
            Optional.of(new RawJson("{\"instructions\":\"a=b&c %0a\\n\"}")));

    @Test
    void ticket_survives_its_text_form() {
        assertThat(CallTicket.decode(TICKET.encode())).isEqualTo(TICKET);
    }

    @Test
    void ticket_without_identity_and_session_survives_too() {
        CallTicket bare =
                new CallTicket(TICKET.baseUrl(), Optional.empty(), "realtime", TICKET.call(), Optional.empty());

        assertThat(CallTicket.decode(bare.encode())).isEqualTo(bare);
    }

    @Test
    void text_form_is_one_printable_line() {
        assertThat(TICKET.encode()).matches("[!-~]+");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "something",
                "antiphon-call-1?",
                "antiphon-call-1?base=https%3A%2F%2Fa&dialect=realtime",
                "antiphon-call-1?base=https%3A%2F%2Fa&dialect=realtime&call=rtc_a&call=rtc_b",
                "antiphon-call-1?base=https%3A%2F%2Fa&dialect=realtime&call=a%2Fb",
                "antiphon-call-1?base=%zz&dialect=realtime&call=rtc_a",
                "antiphon-call-1?base=a%20b&dialect=realtime&call=rtc_a"
            })
    void text_that_is_no_ticket_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> CallTicket.decode(text));
    }

    @Test
    void ticket_shows_neither_call_id_nor_session() {
        assertThat(TICKET.toString())
                .doesNotContain("rtc_")
                .doesNotContain("instructions")
                .contains("server.test");
    }
}
