package dev.antiphon.testkit.media;

import static dev.antiphon.testkit.media.SrtpProfile.AEAD_AES_128_GCM;
import static dev.antiphon.testkit.media.SrtpProfile.AES128_CM_HMAC_SHA1_80;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Vectors of RFC 3711 appendix B and of RFC 7714 §16, packets of the reference implementation, and rules. */
class SrtpTest {
    private static final byte[] KEY = Hex.bytes("e1f97a0d3e018be0d64fa32c06de4139");
    private static final byte[] SALT = Hex.bytes("0ec675ad498afeebb6960b3aabe6");
    private static final byte[] RTP = Hex.bytes("800f1234decafbadcafebabeabababababababababababababababab");

    /** RFC 3711 B.3. */
    @Test
    void session_keys_are_derived_as_printed() {
        SrtpKeys keys = SrtpKeys.forRtp(AES128_CM_HMAC_SHA1_80, KEY, SALT);

        assertThat(keys.cipher()).isEqualTo(Hex.bytes("C61E7A93744F39EE10734AFE3FF7A087"));
        assertThat(keys.salt()).isEqualTo(Hex.bytes("30CBBC08863D8C85D49DB34A9AE1"));
        assertThat(keys.authentication()).isEqualTo(Hex.bytes("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"));
    }

    /** RFC 3711 B.2: SSRC and index are zero, so encrypted zeros are the key stream. */
    @Test
    void key_stream_is_as_printed() {
        SrtpKeys keys = new SrtpKeys(
                Hex.bytes("2B7E151628AED2A6ABF7158809CF4F3C"), new byte[20], Hex.bytes("F0F1F2F3F4F5F6F7F8F9FAFBFCFD"));
        byte[] zeros = new byte[12 + 48];
        zeros[0] = (byte) 0x80;

        byte[] sealed = new CounterModeTransform(keys, keys).sealRtp(zeros, 12, 0);

        assertThat(Arrays.copyOfRange(sealed, 12, 60))
                .isEqualTo(Hex.bytes("E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB"
                        + "41E95B3BB0A2E8DD477901E4FCA894C0"));
    }

    @Test
    void packets_are_sealed_as_by_the_reference_implementation() {
        SrtpTransform transform = SrtpTransform.of(AES128_CM_HMAC_SHA1_80, KEY, SALT);
        byte[] rtcp = Hex.bytes("81c8000bcafebabeabababababababababababababababab");

        assertThat(transform.sealRtp(RTP, 12, 0x1234))
                .isEqualTo(Hex.bytes("800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb"));
        assertThat(transform.sealRtcp(rtcp, 1))
                .isEqualTo(Hex.bytes("81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798"));
    }

    /** RFC 7714 §16.1.1, whose keys are session keys. */
    @Test
    void gcm_packets_are_sealed_as_printed() {
        SrtpKeys keys = new SrtpKeys(
                Hex.bytes("000102030405060708090a0b0c0d0e0f"), new byte[0], Hex.bytes("517569642070726f2071756f"));
        byte[] plain = Hex.bytes("8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e20"
                + "70617274657320747265 73");

        byte[] sealed = new GcmTransform(keys, keys).sealRtp(plain, 12, 0xf17b);

        assertThat(sealed)
                .isEqualTo(Hex.bytes("8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a"
                        + "51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce"));
    }

    @ParameterizedTest
    @EnumSource
    void what_is_sealed_can_be_opened_across_rollovers(SrtpProfile profile) {
        SrtpSender sender = new SrtpSender(transform(profile));
        SrtpReceiver receiver = new SrtpReceiver(transform(profile));

        for (int i = 65_000; i < 200_000; i += 100) {
            byte[] packet = packet(i & 0xffff);
            assertThat(receiver.rtp(sender.rtp(packet)))
                    .as("packet " + i)
                    .hasValueSatisfying(open -> assertThat(open).isEqualTo(packet));
        }
    }

    @ParameterizedTest
    @EnumSource
    void packet_is_taken_once_and_in_any_order(SrtpProfile profile) {
        SrtpSender sender = new SrtpSender(transform(profile));
        SrtpReceiver receiver = new SrtpReceiver(transform(profile));
        byte[] first = sender.rtp(packet(65_535));
        byte[] second = sender.rtp(packet(0));
        byte[] third = sender.rtp(packet(1));

        assertThat(receiver.rtp(first)).isPresent();
        assertThat(receiver.rtp(third)).isPresent();
        assertThat(receiver.rtp(second)).isPresent();
        assertThat(receiver.rtp(second)).isEmpty();
        assertThat(receiver.rtp(first)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void control_packets_are_taken_once(SrtpProfile profile) {
        SrtpSender sender = new SrtpSender(transform(profile));
        SrtpReceiver receiver = new SrtpReceiver(transform(profile));
        byte[] report = Hex.bytes("80c90001cafebabe");
        byte[] sealed = sender.rtcp(report);

        Optional<byte[]> open = receiver.rtcp(sealed);

        assertThat(open).hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(report));
        assertThat(receiver.rtcp(sealed)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void one_changed_bit_is_noticed(SrtpProfile profile) {
        byte[] rtp = new SrtpSender(transform(profile)).rtp(RTP);
        byte[] rtcp = new SrtpSender(transform(profile)).rtcp(Hex.bytes("80c90001cafebabe"));

        for (int bit = 0; bit < rtp.length * 8; bit++) {
            assertThat(new SrtpReceiver(transform(profile)).rtp(flipped(rtp, bit)))
                    .as("bit " + bit)
                    .isEmpty();
        }
        for (int bit = 0; bit < rtcp.length * 8; bit++) {
            assertThat(new SrtpReceiver(transform(profile)).rtcp(flipped(rtcp, bit)))
                    .as("bit " + bit)
                    .isEmpty();
        }
    }

    @Test
    void forged_packet_does_not_move_the_window() {
        SrtpSender sender = new SrtpSender(transform(AEAD_AES_128_GCM));
        SrtpReceiver receiver = new SrtpReceiver(transform(AEAD_AES_128_GCM));
        assertThat(receiver.rtp(sender.rtp(packet(1)))).isPresent();
        byte[] genuine = sender.rtp(packet(2));

        assertThat(receiver.rtp(flipped(sender.rtp(packet(30_000)), 200))).isEmpty();

        assertThat(receiver.rtp(genuine)).isPresent();
    }

    @Test
    void seventeenth_source_is_not_listened_to() {
        SrtpReceiver receiver = new SrtpReceiver(transform(AES128_CM_HMAC_SHA1_80));
        for (int ssrc = 1; ssrc <= 17; ssrc++) {
            byte[] packet = new RtpPacket(111, false, 1, 0, ssrc, new byte[10]).write();
            byte[] sealed = new SrtpSender(transform(AES128_CM_HMAC_SHA1_80)).rtp(packet);

            assertThat(receiver.rtp(sealed).isPresent()).as("source " + ssrc).isEqualTo(ssrc <= 16);
        }
    }

    private static SrtpTransform transform(SrtpProfile profile) {
        return SrtpTransform.of(profile, KEY, Arrays.copyOf(SALT, profile.saltBytes()));
    }

    private static byte[] packet(int sequence) {
        return new RtpPacket(111, false, sequence, sequence * 960, 0xcafebabe, new byte[] {1, 2, 3}).write();
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] changed = bytes.clone();
        changed[bit / 8] ^= (byte) (1 << bit % 8);
        return changed;
    }
}
