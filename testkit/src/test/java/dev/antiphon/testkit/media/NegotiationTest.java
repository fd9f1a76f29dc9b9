package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.antiphon.testkit.simulator.MediaLeg;
import dev.antiphon.testkit.simulator.SessionDescription;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from offers, and what stands in answers. */
class NegotiationTest {
    private static final WebRtcPeer PEER =
            WebRtcPeer.builder().loopbackOnly().threads(1).withoutWarmUp().start();
    private static final String FINGERPRINT = Identity.create().fingerprint().toString();
    private static final String OFFER = String.join(
            "\r\n",
            "v=0",
            "o=- 1 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE voice events",
            "m=audio 9 UDP/TLS/RTP/SAVPF 0 109",
            "c=IN IP4 0.0.0.0",
            "a=mid:voice",
            "a=ice-ufrag:abcd",
            "a=ice-pwd:0123456789012345678901",
            "a=fingerprint:" + FINGERPRINT,
            "a=setup:actpass",
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:109 OPUS/48000/2",
            "a=sendrecv",
            "m=video 9 UDP/TLS/RTP/SAVPF 100",
            "c=IN IP4 0.0.0.0",
            "a=mid:face",
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            "c=IN IP4 0.0.0.0",
            "a=mid:events",
            "a=sctp-port:6000",
            "a=max-message-size:262144",
            "");

    @AfterAll
    static void close() {
        PEER.close();
    }

    private static SessionDescription answer(String offer) {
        return SessionDescription.parse(PEER.answer(offer, new Ear()).answer());
    }

    @Test
    void answer_has_the_shape_of_the_service() {
        MediaLeg leg = PEER.answer(OFFER, new Ear());
        String[] sections = leg.answer().split("(?m)^(?=m=)");

        assertThat(leg.answer()).doesNotContainPattern("[^\r]\n").endsWith("\r\n");
        assertThat(sections).hasSize(4);
        assertThat(sections[0])
                .contains("a=ice-lite\r\n", "a=group:BUNDLE voice face events\r\n", "a=extmap-allow-mixed\r\n")
                .containsPattern("a=fingerprint:sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}\r\n");
        assertThat(sections[1])
                .startsWith("m=audio 9 UDP/TLS/RTP/SAVPF 109\r\nc=IN IP4 0.0.0.0\r\na=setup:active\r\na=mid:voice\r\n")
                .contains("a=rtcp-mux\r\n", "a=rtpmap:109 opus/48000/2\r\n", "a=msid:realtimeapi audio\r\n")
                .contains("a=sendrecv\r\n", "a=end-of-candidates\r\n")
                .containsPattern("a=candidate:1 1 udp \\d+ 127\\.0\\.0\\.1 \\d+ typ host ufrag \\S+\r\n");
        assertThat(sections[2]).startsWith("m=video 0 ").contains("a=inactive\r\n", "a=mid:face\r\n");
        assertThat(sections[3]).contains("a=sctp-port:6000\r\n", "a=max-message-size:1073741823\r\n");
    }

    @ParameterizedTest
    @CsvSource({"sendonly,recvonly", "recvonly,sendonly", "inactive,inactive", "sendrecv,sendrecv"})
    void direction_is_the_other_side_of_the_offer(String offered, String answered) {
        SessionDescription answer = answer(OFFER.replace("a=sendrecv", "a=" + offered));

        assertThat(answer.first("audio").orElseThrow().has(answered)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"actpass,active", "passive,active", "active,passive"})
    void handshake_is_begun_by_us_unless_the_offer_forbids_it(String offered, String answered) {
        SessionDescription answer = answer(OFFER.replace("a=setup:actpass", "a=setup:" + offered));

        assertThat(answer.first("audio").orElseThrow().attribute("setup")).contains(answered);
    }

    @Test
    void attributes_of_the_session_hold_for_its_sections() {
        String offer = OFFER.replace("a=fingerprint:" + FINGERPRINT + "\r\n", "")
                .replace("a=group", "a=fingerprint:" + FINGERPRINT + "\r\na=group");

        Leg.Terms terms = Negotiation.answering(SessionDescription.parse(offer), false);

        assertThat(terms.fingerprints()).hasSize(1);
        assertThat(terms.payloadType()).isEqualTo(109);
        assertThat(terms.remoteSctpPort()).isEqualTo(6_000);
        assertThat(terms.maxMessage()).isEqualTo(262_144);
    }

    @ParameterizedTest
    @CsvSource({
        "m=audio,m=text,audio section",
        "OPUS/48000/2,L16/48000,Opus",
        "a=ice-ufrag:,a=x-ufrag:,ice-ufrag",
        "a=fingerprint:sha-256,a=fingerprint:sha-1,SHA-256"
    })
    void offer_that_cannot_be_answered_is_refused_with_what_is_missing(String part, String other, String named) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PEER.answer(OFFER.replace(part, other), new Ear()))
                .withMessageContaining(named);
    }
}
