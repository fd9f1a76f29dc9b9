package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.model.SessionConfig;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RealtimeUrlsTest {
    private final Dialect dialect = Dialects.realtime();
    private final SessionConfig session =
            SessionConfig.builder().model("ft:m+1").build();

    @ParameterizedTest
    @DisplayName("T-03 base urls lead to the socket")
    @CsvSource({
        "https://h,                         wss://h/v1/realtime?model=ft%3Am%2B1",
        "https://h/,                        wss://h/v1/realtime?model=ft%3Am%2B1",
        "https://h/v1,                      wss://h/v1/realtime?model=ft%3Am%2B1",
        "https://h/v1/,                     wss://h/v1/realtime?model=ft%3Am%2B1",
        "http://h:80/openai/v1,             ws://h:80/openai/v1/realtime?model=ft%3Am%2B1",
        "wss://h/v1/realtime,               wss://h/v1/realtime?model=ft%3Am%2B1",
        "ws://h/v1/realtime/,               ws://h/v1/realtime?model=ft%3Am%2B1",
        "https://h/somewhere/else,          wss://h/somewhere/else?model=ft%3Am%2B1",
        "https://h/v1/realtime?a=1&b=%26,   wss://h/v1/realtime?a=1&b=%26&model=ft%3Am%2B1",
        "https://h/v1?model=x&intent=y&c=2, wss://h/v1/realtime?c=2&model=ft%3Am%2B1",
        "HTTPS://h/v1,                      wss://h/v1/realtime?model=ft%3Am%2B1"
    })
    void base_urls_lead_to_the_socket(URI base, URI expected) {
        assertThat(dialect.webSocketUrl(base, session)).isEqualTo(expected);
    }

    @Test
    void without_a_model_there_is_no_question_mark() {
        SessionConfig noModel = SessionConfig.builder().build();

        assertThat(dialect.webSocketUrl(URI.create("https://h/v1"), noModel)).hasToString("wss://h/v1/realtime");
        assertThat(dialect.webSocketUrl(URI.create("https://h/v1?model=x"), noModel))
                .hasToString("wss://h/v1/realtime?model=x");
    }

    @ParameterizedTest
    @DisplayName("T-03 the sideband names the call last and no model")
    @CsvSource({
        "https://h/v1,              wss://h/v1/realtime?call_id=rtc_x",
        "https://h/v1?model=m&z=1,  wss://h/v1/realtime?z=1&call_id=rtc_x",
        "wss://h/v1/realtime/,      wss://h/v1/realtime?call_id=rtc_x"
    })
    void the_sideband_names_the_call_last_and_no_model(URI base, URI expected) {
        assertThat(dialect.sidebandUrl(base, "rtc_x")).isEqualTo(expected);
    }

    @ParameterizedTest
    @DisplayName("T-03 calls are created below the base")
    @CsvSource({
        "https://h,                https://h/v1/realtime/calls",
        "https://h/v1/,            https://h/v1/realtime/calls",
        "wss://h/v1/realtime,      https://h/v1/realtime/calls",
        "ws://h:1/v1?api=2&model=m, http://h:1/v1/realtime/calls?api=2",
        "https://h/backend/x,      https://h/backend/x/realtime/calls"
    })
    void calls_are_created_below_the_base(URI base, URI expected) {
        assertThat(dialect.callsUrl(base)).isEqualTo(expected);
    }

    @Test
    void a_call_is_hung_up_by_its_id() {
        assertThat(dialect.hangupUrl(URI.create("https://h/v1"), "rtc_x"))
                .hasToString("https://h/v1/realtime/calls/rtc_x/hangup");
    }

    @ParameterizedTest
    @DisplayName("T-03 other bases are refused")
    @ValueSource(strings = {"ftp://h/v1", "h/v1", "mailto:a", "https:///v1", "https://user:pw@h/v1", "https://h/v1#x"})
    void other_bases_are_refused(URI base) {
        assertThatThrownBy(() -> dialect.webSocketUrl(base, session))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("pw");
    }

    @Test
    void the_refused_scheme_is_named() {
        assertThatThrownBy(() -> dialect.webSocketUrl(URI.create("ftp://h"), session))
                .hasMessageContaining("ftp");
    }

    @ParameterizedTest
    @DisplayName("T-04 F13 the call id is found in the location")
    @CsvSource({
        "/v1/realtime/calls/rtc_u1,                              rtc_u1",
        "https://api.example.com/v1/realtime/calls/rtc_abs,      rtc_abs",
        "/v1/realtime/calls/calls/rtc_x?foo=/rtc_y,              rtc_x",
        "/v1/realtime/calls/rtc_x/,                              rtc_x",
        "/v1/realtime/calls/rtc_x/hangup,                        rtc_x",
        "//evil.example/v1/realtime/calls/rtc_x,                 rtc_x",
        "rtc_x,                                                  rtc_x",
        "/v1/realtime/calls/0b2c7d3e-1f4a-4b5c-8d6e-7f8091a2b3c4, 0b2c7d3e-1f4a-4b5c-8d6e-7f8091a2b3c4",
        "https://h/calls/42,                                     42"
    })
    void the_call_id_is_found_in_the_location(String location, String id) {
        assertThat(dialect.callIdIn(location)).contains(id);
    }

    @ParameterizedTest
    @DisplayName("T-04 B13 an unusable location has no call id")
    @ValueSource(
            strings = {
                "",
                "/",
                "/v1/realtime/calls",
                "/v1/realtime/calls/",
                "/v1/realtime/calls/rtc_",
                "/v1/realtime/calls/rtc_a&b",
                "/v1/realtime/calls/rtc_a#b",
                "/v1/realtime/calls/rtc_a%0d%0ab",
                "/v1/realtime/calls/rtc_ü",
                "/v1/realtime/calls/rtc_a b",
                "/v1/realtime/calls/../rtc_/..",
                "/v1/realtime/calls/rtc_../x",
                "//rtc_host",
                "https://rtc_host",
                "https://rtc_host?rtc_x",
                "/calls/a.b"
            })
    void an_unusable_location_has_no_call_id(String location) {
        assertThat(dialect.callIdIn(location)).isEmpty();
    }

    @Test
    @DisplayName("B13 an id that is too long is not used")
    void an_id_that_is_too_long_is_not_used() {
        assertThat(dialect.callIdIn("/calls/rtc_" + "a".repeat(128))).isPresent();
        assertThat(dialect.callIdIn("/calls/rtc_" + "a".repeat(129))).isEmpty();
        assertThat(dialect.callIdIn("/calls/rtc_" + "a".repeat(100_000))).isEmpty();
    }

    @Test
    void an_unsafe_call_id_never_reaches_a_url() {
        assertThatThrownBy(() -> dialect.sidebandUrl(URI.create("https://h"), "rtc_a&model=x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("rtc_a");
    }
}
