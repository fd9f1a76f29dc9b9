package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Vectors of RFC 5769. */
class StunMessageTest {
    private static final String PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";

    /** RFC 5769 §2.1. */
    private static final byte[] REQUEST = Hex.bytes("000100582112a442b7e7a701bc34d686fa87dfae"
            + "802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36"
            + "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf");

    /** RFC 5769 §2.2. */
    private static final byte[] RESPONSE_4 = Hex.bytes("0101003c2112a442b7e7a701bc34d686fa87dfae"
            + "8022000b7465737420766563746f7220002000080001a147e112a643"
            + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96");

    /** RFC 5769 §2.3. */
    private static final byte[] RESPONSE_6 = Hex.bytes("010100482112a442b7e7a701bc34d686fa87dfae"
            + "8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
            + "00080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c");

    @Test
    void request_is_read_and_authentic() {
        StunMessage request = StunMessage.parse(REQUEST).orElseThrow();

        assertThat(request.type()).isEqualTo(StunMessage.BINDING_REQUEST);
        assertThat(request.username()).contains("evtj:h6vY");
        assertThat(request.isAuthentic(PASSWORD)).isTrue();
        assertThat(request.isAuthentic(PASSWORD + "x")).isFalse();
    }

    @Test
    void responses_name_the_address_that_was_seen() {
        StunMessage four = StunMessage.parse(RESPONSE_4).orElseThrow();
        StunMessage six = StunMessage.parse(RESPONSE_6).orElseThrow();

        assertThat(four.mappedAddress()).contains(new InetSocketAddress("192.0.2.1", 32853));
        assertThat(six.mappedAddress()).contains(new InetSocketAddress("2001:db8:1234:5678:11:2233:4455:6677", 32853));
        assertThat(four.isAuthentic(PASSWORD)).isTrue();
        assertThat(six.isAuthentic(PASSWORD)).isTrue();
    }

    @Test
    void our_answers_hold_what_the_vectors_hold() {
        StunMessage request = StunMessage.parse(REQUEST).orElseThrow();
        for (byte[] vector : new byte[][] {RESPONSE_4, RESPONSE_6}) {
            StunMessage expected = StunMessage.parse(vector).orElseThrow();

            StunMessage answer = StunMessage.parse(
                            request.success(expected.mappedAddress().orElseThrow(), PASSWORD))
                    .orElseThrow();

            assertThat(answer.type()).isEqualTo(StunMessage.BINDING_SUCCESS);
            assertThat(answer.transaction()).isEqualTo(expected.transaction());
            assertThat(answer.attribute(0x20)).isPresent();
            assertThat(answer.attribute(0x20).orElseThrow())
                    .isEqualTo(expected.attribute(0x20).orElseThrow());
            assertThat(answer.isAuthentic(PASSWORD)).isTrue();
        }
    }

    @Test
    void one_changed_bit_is_noticed() {
        int covered = REQUEST.length - 8;
        for (int bit = 0; bit < covered * 8; bit++) {
            byte[] changed = REQUEST.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);

            assertThat(StunMessage.parse(changed).filter(message -> message.isAuthentic(PASSWORD)))
                    .as("bit " + bit)
                    .isEmpty();
        }
    }

    @Test
    void message_without_integrity_is_not_authentic() {
        byte[] bare = Arrays.copyOf(REQUEST, 20);
        bare[3] = 0;

        assertThat(StunMessage.parse(bare).orElseThrow().isAuthentic(PASSWORD)).isFalse();
    }

    @Test
    void attributes_behind_the_integrity_do_not_count() {
        Map<Integer, byte[]> attributes = new LinkedHashMap<>();
        attributes.put(StunMessage.USERNAME, new byte[] {'a'});
        byte[] signed = StunMessage.write(StunMessage.BINDING_REQUEST, new byte[12], attributes, PASSWORD);
        byte[] padded = Arrays.copyOf(signed, signed.length - 8 + 4);
        padded[signed.length - 8] = 0;
        padded[signed.length - 7] = StunMessage.USE_CANDIDATE;
        padded[signed.length - 6] = 0;
        padded[signed.length - 5] = 0;
        padded[3] = (byte) (padded.length - 20);

        StunMessage message = StunMessage.parse(padded).orElseThrow();

        assertThat(message.isAuthentic(PASSWORD)).isTrue();
        assertThat(message.has(StunMessage.USE_CANDIDATE)).isFalse();
    }
}
