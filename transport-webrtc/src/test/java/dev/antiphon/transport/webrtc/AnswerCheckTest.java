package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.SdpOffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                Arguments.of(HEAD + AUDIO + "a=setup:active\r\na=rtcp-mux\r\n" + DATA, "fingerprint", true),
                Arguments.of(
                        HEAD + AUDIO + "a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n" + DATA, "fingerprint", true),
                Arguments.of(HEAD + "a=ice-lite\r\n" + AUDIO + DATA, "fingerprint", true),
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

        assertThat(check(latin, Optional.empty(), AnswerRigour.DECLARED)
                        .defect()
                        .orElseThrow())
                .contains("UTF-8");
    }

    @Test
    void defect_never_repeats_the_answer() {
        assertThat(check(HEAD + "a=ice-pwd:secret-password\r\n" + AUDIO + DATA)
                        .defect()
                        .orElseThrow())
                .doesNotContain("secret-password");
        assertThat(check("secret-password").defect().orElseThrow()).doesNotContain("secret-password");
    }

    @ParameterizedTest
    @DisplayName("F14 answer that is declared as something else is refused and kept")
    @ValueSource(strings = {"text/html", "application/json; charset=utf-8", "text/plain", "nonsense \u001b[31m", ""})
    void answer_that_is_declared_as_something_else_is_refused_and_kept(String declared) {
        byte[] answer = bytes(HEAD + TRANSPORT + AUDIO + DATA);

        AnswerCheck.Result result = check(answer, Optional.of(declared), AnswerRigour.DECLARED);

        assertThat(result.defect().orElseThrow()).contains("declared as").doesNotContain("\u001b");
        assertThat(result.answer()).isPresent();
        assertThat(check(answer, Optional.of(declared), AnswerRigour.READABLE).defect())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/sdp", "Application/SDP", "application/sdp; charset=utf-8"})
    void answer_that_is_declared_as_one_passes(String declared) {
        assertThat(check(bytes(HEAD + TRANSPORT + AUDIO + DATA), Optional.of(declared), AnswerRigour.DECLARED)
                        .defect())
                .isEmpty();
    }

    @Test
    @DisplayName("B12 answer without any transport to an offer with one is refused where it must connect")
    void answer_without_any_transport_to_an_offer_with_one_is_refused_where_it_must_connect() {
        AnswerCheck.Result result = check(bytes(HEAD + AUDIO + DATA), Optional.empty(), AnswerRigour.CONNECTABLE);

        assertThat(result.defect().orElseThrow()).contains("fingerprint");
        assertThat(result.answer()).isPresent();
    }

    @Test
    void answer_without_any_transport_to_an_offer_without_one_passes_everywhere() {
        SdpOffer bare = new SdpOffer(HEAD + AUDIO);

        assertThat(AnswerCheck.of(bytes(HEAD + AUDIO), Optional.empty(), bare, AnswerRigour.CONNECTABLE)
                        .defect())
                .isEmpty();
    }

    private static AnswerCheck.Result check(String body) {
        return check(bytes(body), Optional.of("application/sdp"), AnswerRigour.DECLARED);
    }

    private static AnswerCheck.Result check(byte[] body, Optional<String> declared, AnswerRigour rigour) {
        return AnswerCheck.of(body, declared, OFFER, rigour);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
