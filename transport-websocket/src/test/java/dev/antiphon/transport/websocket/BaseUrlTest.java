package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaseUrlTest {
    @ParameterizedTest
    @DisplayName("T-03 B16 what cannot be used is refused with the reason and without secrets")
    @CsvSource(
            delimiter = '|',
            value = {
                "ftp://example.com/v1 | ftp",
                "file:///etc/canary | file",
                "example.com/v1 | no scheme",
                "https://canary:secret@example.com/v1 | user info",
                "https://canary@example.com/v1 | user info",
                "https://example.com/v1#canary | fragment",
                "https:///v1 | no usable host",
                "https://exa_mple.com/v1 | no usable host",
                "https://example.com:0/v1 | no usable host",
                "https://example.com:99999/v1 | no usable host",
                "https://exämple.com/canary | outside ASCII",
                "http://example.com/v1 | without TLS",
                "ws://10.0.0.1/v1 | without TLS",
                "http://localhost.example.com/v1 | without TLS",
                "http://127.0.0.1.example.com/v1 | without TLS",
            })
    void what_cannot_be_used_is_refused_with_the_reason_and_without_secrets(String url, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BaseUrl.checked(url, false))
                .withMessageContaining(reason)
                .withMessageNotContaining("canary");
    }

    @ParameterizedTest
    @DisplayName("B14 control characters are refused")
    @ValueSource(
            strings = {
                "https://example.com/\r\nX: canary",
                "https://example.com/\0canary",
                "https://example.com/ canary"
            })
    void control_characters_are_refused(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BaseUrl.checked(url, true))
                .withMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.openai.com/v1",
                "wss://example.com:8443",
                "http://127.0.0.1:8080/v1",
                "ws://localhost/v1",
                "http://[::1]:9/v1",
                "HTTPS://EXAMPLE.COM/v1"
            })
    void tls_to_anywhere_and_plaintext_to_this_machine_are_fine(String url) {
        assertThat(BaseUrl.checked(url, false)).hasToString(url);
    }

    @Test
    @DisplayName("B16 plaintext to another machine needs to be allowed")
    void plaintext_to_another_machine_needs_to_be_allowed() {
        assertThat(BaseUrl.checked("http://10.0.0.1/v1", true)).hasHost("10.0.0.1");
    }
}
