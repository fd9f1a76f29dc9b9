package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RtpPacketTest {
    @Test
    void sources_extensions_and_padding_are_passed_over() {
        byte[] packet = Hex.bytes("b2 ef 0102 00000304 cafebabe 00000001 00000002 bede0001 10ff0000 aabbcc 000003");

        RtpPacket read = RtpPacket.parse(packet).orElseThrow();

        assertThat(read.payloadType()).isEqualTo(111);
        assertThat(read.marker()).isTrue();
        assertThat(read.sequence()).isEqualTo(0x0102);
        assertThat(read.timestamp()).isEqualTo(0x304);
        assertThat(read.ssrc()).isEqualTo(0xcafebabe);
        assertThat(read.payload()).isEqualTo(Hex.bytes("aabbcc"));
    }

    @Test
    void packet_shorter_than_its_header_says_is_none() {
        assertThat(RtpPacket.parse(Hex.bytes("800001"))).isEmpty();
        assertThat(RtpPacket.parse(Hex.bytes("8f6f0102 00000304 cafebabe"))).isEmpty();
        assertThat(RtpPacket.parse(Hex.bytes("906f0102 00000304 cafebabe bede")))
                .isEmpty();
        assertThat(RtpPacket.parse(Hex.bytes("906f0102 00000304 cafebabe bedeffff")))
                .isEmpty();
    }

    @Test
    void padding_beyond_the_payload_is_malformed() {
        assertThat(RtpPacket.parse(Hex.bytes("a06f0102 00000304 cafebabe 00000009")))
                .isEmpty();
        assertThat(RtpPacket.parse(Hex.bytes("a06f0102 00000304 cafebabe 00000000")))
                .isEmpty();
    }

    @Test
    void what_is_written_can_be_read() {
        RtpPacket packet = new RtpPacket(96, true, 65_535, -1, 7, new byte[] {1, 2});

        RtpPacket read = RtpPacket.parse(packet.write()).orElseThrow();

        assertThat(read).usingRecursiveComparison().isEqualTo(packet);
    }

    @Nested
    class Reports {
        private static final Instant NOW = Instant.parse("2026-11-20T10:00:00.250Z");

        @Test
        void sender_report_tells_time_and_reception() {
            RtcpPacket.Reception reception = new RtcpPacket.Reception(9, -3, 0x10007, 0x55667788, 65_536);

            byte[] written = RtcpPacket.senderReport(7, NOW, 960, 2, 100, Optional.of(reception));

            assertThat(written.length % 4).isZero();
            assertThat(RtcpPacket.claims(written)).isTrue();
            assertThat(RtcpPacket.reports(written)).singleElement().satisfies(report -> {
                assertThat(report.ssrc()).isEqualTo(7);
                assertThat(report.ntpMiddle()).isPresent();
                assertThat(report.receptions()).containsExactly(reception);
            });
        }

        @Test
        void round_trip_is_what_the_peer_did_not_spend() {
            int middle = RtcpPacket.reports(RtcpPacket.senderReport(7, NOW, 0, 0, 0, Optional.empty()))
                    .get(0)
                    .ntpMiddle()
                    .orElseThrow();
            RtcpPacket.Reception reception = new RtcpPacket.Reception(7, 0, 1, middle, 65_536 / 2);

            Optional<Duration> roundTrip = RtcpPacket.roundTrip(reception, NOW.plusMillis(750));

            assertThat(roundTrip)
                    .hasValueSatisfying(
                            time -> assertThat(time).isBetween(Duration.ofMillis(249), Duration.ofMillis(251)));
        }

        @Test
        void peer_that_saw_no_report_reveals_no_round_trip() {
            assertThat(RtcpPacket.roundTrip(new RtcpPacket.Reception(7, 0, 1, 0, 0), NOW))
                    .isEmpty();
        }

        @Test
        void malformed_rest_is_passed_over() {
            byte[] receiverReport = Hex.bytes(
                    "81c90007 00000001 00000007 00000002 00010003 00000000 00000000 00000000" + "81c9ffff 00000001");

            assertThat(RtcpPacket.reports(receiverReport)).hasSize(1);
            assertThat(RtcpPacket.reports(Hex.bytes("80c9"))).isEmpty();
        }
    }
}
