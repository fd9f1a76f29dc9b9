package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallIdTest {
    @ParameterizedTest
    @DisplayName("B13 id with other characters is refused and not repeated")
    @ValueSource(
            strings = {"", "rtc_a&model=x", "rtc_a#b", "rtc_a%0d%0a", "../rtc_a", "rtc_ü", "rtc a", "rtc_a\r\nX: y"})
    void id_with_other_characters_is_refused_and_not_repeated(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new CallId(value)).satisfies(thrown -> {
            if (!value.isEmpty()) {
                assertThat(thrown.getMessage()).doesNotContain(value);
            }
        });
    }

    @Test
    @DisplayName("B13 id longer than any server makes is refused")
    void id_longer_than_any_server_makes_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new CallId("rtc_" + "a".repeat(129)));
    }

    @Test
    void same_call_has_the_same_digest_and_shows_nothing_else() {
        CallId id = new CallId("rtc_u1_abc123");

        assertThat(id.digest()).isEqualTo(new CallId("rtc_u1_abc123").digest()).hasSize(8);
        assertThat(id.toString()).doesNotContain("rtc_").doesNotContain("abc");
    }
}
