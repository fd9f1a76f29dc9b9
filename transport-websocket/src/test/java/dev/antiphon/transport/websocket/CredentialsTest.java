package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    @ParameterizedTest
    @DisplayName("B14 a key that cannot travel is refused at once without being repeated")
    @ValueSource(
            strings = {"", " ", "sk-canary\n", "sk-canary\r\n", " sk-canary", "sk canary", "sk-canary\0", "sk-cänary"})
    void a_key_that_cannot_travel_is_refused_at_once_without_being_repeated(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.apiKey(key))
                .withMessageNotContaining("canary")
                .withMessageNotContaining("nary");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "canary\n", "canary "})
    void a_key_for_a_header_of_its_own_is_checked_too(String key) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.header("api-key", key))
                .withMessageContaining("api-key")
                .withMessageNotContaining("canary");
    }

    @Test
    void a_credential_is_never_shown() {
        assertThat(Credentials.apiKey("sk-canary").toString()).doesNotContain("canary");
        assertThat(CredentialHeader.bearer("sk-canary").toString()).doesNotContain("canary");
    }
}
