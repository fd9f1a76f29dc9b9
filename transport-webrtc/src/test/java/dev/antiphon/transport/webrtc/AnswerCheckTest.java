package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.SdpOffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerCheckTest {
    private static final String HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
    private static final String TRANSPORT = "a=fingerprint:sha-256 AA:BB\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n";
    private static final String AUDIO = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";
    private static final String DATA = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";
    private static final SdpOffer OFFER = new SdpOffer(HEAD + TRANSPORT + AUDIO + DATA);

    @Test
    void answer_of_a_peer_is_handed_over_byte_for_byte() {
        String answer = HEAD + TRANSPORT + AUDIO + "a=x:ü\r\n" + DATA;

        AnswerCheck.Result result = check(answer);

        assertThat(result.defect()).isEmpty();
        assertThat(result.answer().orElseThrow().text()).isEqualTo(answer);
    }

    @Test
    void answer_without_any_transport_comes_from_a_server_that_plays_the_protocol_only() {
        assertThat(check("v=0\r\n").defect()).isEmpty();
        assertThat(check(HEAD + AUDIO).defect()).isEmpty();
        assertThat(check("v=0\ns=-\n").defect()).isEmpty();
    }

    static Stream<Arguments> bad_answers() {
        return Stream.of(
                Arguments.of("", "empty", false),
                Arguments.of("<html><body>Welcome</body></html>", "HTML", false),
                Arguments.of("\n<!DOCTYPE html>", "HTML", false),
                Arguments.of("{\"error\":{\"message\":\"no\"}}", "JSON", false),
                Arguments.of("v=1\r\n", "not SDP", false),
                Arguments.of("v=0", "not SDP", false),
                Arguments.of(HEAD + "a=cut", "truncated", true),
                Arguments.of(HEAD + "a=\0\r\n", "NUL", true),
                Arguments.of(HEAD + "a=x\n" + AUDIO, "bare line feeds", true),
                Arguments.of(HEAD + TRANSPORT.replace("\r\n", "\n") + AUDIO + DATA, "bare line feeds", true),
                Arguments.of(HEAD + "a=x\r\n".repeat(10_000), "lines", true),
                Arguments.of(HEAD + TRANSPORT + AUDIO, "media sections are 1", true),
                Arguments.of(HEAD + TRANSPORT + DATA + AUDIO, "media sections", true),
                Arguments.of(HEAD + TRANSPORT + AUDIO + DATA + DATA, "media sections are 3", true),
                Arguments.of(HEAD + "a=ice-ufrag:u\r\na=ice-pwd:p\r\n" + AUDIO + DATA, "fingerprint", true),
                Arguments.of(HEAD + "a=fingerprint:sha-256 AA\r\n" + AUDIO + DATA, "ICE", true),
                Arguments.of(HEAD + "a=fingerprint:sha-256 AA\r\na=ice-pwd:p\r\n" + AUDIO + DATA, "ICE", true));
    }

    @ParameterizedTest
    @DisplayName("F14 B12 bad answer is named and kept where it can be read")
    @MethodSource("bad_answers")
    void bad_answer_is_named_and_kept_where_it_can_be_read(String body, String defect, boolean readable) {
        AnswerCheck.Result result = check(body);

        assertThat(result.defect().orElseThrow()).contains(defect);
        assertThat(result.answer().isPresent()).isEqualTo(readable);
    }

    @Test
    @DisplayName("F14 body that is not utf8 is no answer")
    void body_that_is_not_utf8_is_no_answer() {
        byte[] latin = (HEAD + "s=ü\r\n").getBytes(StandardCharsets.ISO_8859_1);

        assertThat(AnswerCheck.of(latin, OFFER).defect().orElseThrow()).contains("UTF-8");
    }

    @Test
    void defect_never_repeats_the_answer() {
        assertThat(check(HEAD + "a=ice-pwd:secret-password\r\n" + AUDIO + DATA)
                        .defect()
                        .orElseThrow())
                .doesNotContain("secret-password");
        assertThat(check("secret-password").defect().orElseThrow()).doesNotContain("secret-password");
    }

    private static AnswerCheck.Result check(String body) {
        return AnswerCheck.of(body.getBytes(StandardCharsets.UTF_8), OFFER);
    }
}
