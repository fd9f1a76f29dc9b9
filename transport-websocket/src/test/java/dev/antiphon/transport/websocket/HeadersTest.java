package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
    @ParameterizedTest
    @DisplayName("B14 a value that could leave its line is refused without being repeated")
    @ValueSource(
            strings = {
                "a\r\nX: canary",
                "canary\n",
                "canary\0",
                "canary\u007f",
                "cänary",
                " canary",
                "canary ",
                "ca\tnary"
            })
    void a_value_that_could_leave_its_line_is_refused_without_being_repeated(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Headers.of("x-session-id", value))
                .withMessageContaining("x-session-id")
                .withMessageNotContaining("canary")
                .withMessageNotContaining("nary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\r", "ä", "a\0"})
    void a_name_that_is_no_token_is_refused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of(name, "v"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "authorization",
                "Host",
                "Connection",
                "Upgrade",
                "Origin",
                "Sec-WebSocket-Key",
                "sec-websocket-extensions",
                "OpenAI-Beta",
                "Content-Length",
                "Transfer-Encoding",
                "Proxy-Authorization"
            })
    void what_the_transport_writes_itself_or_never_sends_is_refused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Headers.of(name, "v"))
                .withMessageContaining(name);
    }

    @Test
    void a_later_value_takes_the_place_of_an_earlier_one_whatever_the_case() {
        Headers headers = Headers.of("X-A", "1").with("x-b", "2").with("x-a", "3");

        assertThat(headers.all("X-a")).containsExactly("3");
        assertThat(headers.all("x-b")).containsExactly("2");
    }

    @Test
    void own_headers_replace_those_of_the_endpoint_and_defaults_only_fill_gaps() {
        Headers own = Headers.of("x-session-id", "own");
        Headers endpoint = Headers.of("X-Session-Id", "endpoint").with("x-team", "endpoint");
        Headers defaults = Headers.of("x-team", "default").with("user-agent", "default");

        Headers merged = own.over(endpoint).over(defaults);

        assertThat(merged.all("x-session-id")).containsExactly("own");
        assertThat(merged.all("x-team")).containsExactly("endpoint");
        assertThat(merged.all("user-agent")).containsExactly("default");
    }

    @Test
    void values_are_not_shown() {
        assertThat(Headers.of("x-secret", "canary")).hasToString("Headers[x-secret]");
    }
}
