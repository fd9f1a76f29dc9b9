package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FastBase64Test {
    private static final long SEED = 4711;

    /** Both ways, whatever this virtual machine would choose. */
    static Stream<FastBase64> ways() {
        return Stream.of(new FastBase64(true, true), new FastBase64(false, false), FastBase64.ofThisJvm());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void each_length_is_encoded_and_decoded_like_the_jdk_does(FastBase64 base64) {
        Random random = new Random(SEED);
        IntStream.concat(IntStream.rangeClosed(0, 70), IntStream.of(960, 9_000, 48 * 1024, 48 * 1024 + 1, 100_000))
                .forEach(length -> {
                    byte[] audio = new byte[length];
                    random.nextBytes(audio);
                    byte[] expected = Base64.getEncoder().encode(audio);

                    byte[] to = new byte[7 + expected.length + 5];
                    base64.encode(audio, to, 7);

                    assertThat(Arrays.copyOfRange(to, 7, 7 + expected.length)).isEqualTo(expected);
                    assertThat(to[7 + expected.length]).isZero();
                    assertThat(base64.decode(to, 7, expected.length)).isEqualTo(audio);
                });
    }

    @ParameterizedTest
    @MethodSource("ways")
    void a_character_outside_the_alphabet_is_seen_at_each_place(FastBase64 base64) {
        byte[] good = Base64.getEncoder().encode("0123456789abcdef!".getBytes(StandardCharsets.US_ASCII));
        for (int at = 0; at < good.length; at++) {
            for (byte bad : new byte[] {'"', '\\', '=', '-', '_', ' ', 0, '\n', (byte) 0xC3}) {
                byte[] text = good.clone();
                text[at] = bad;
                if (!Arrays.equals(text, good)) {
                    assertThat(base64.decode(text, 0, text.length))
                            .as("byte %d at %d", bad, at)
                            .isNull();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "AA", "AAA", "AAAAA", "A===", "====", "AB==", "AAB=", "=AAA", "AA=A", "AA==AAAA"})
    void what_would_not_be_written_again_the_same_is_left_to_others(String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);

        ways().forEach(base64 ->
                assertThat(base64.decode(ascii, 0, ascii.length)).isNull());
    }

    @Test
    void lengths_that_no_array_can_hold_are_refused() {
        assertThat(catchThrowable(() -> FastBase64.encodedLength(Integer.MAX_VALUE)))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void the_processors_say_whether_bytes_can_be_permuted(@TempDir Path folder) throws IOException {
        Path with = Files.writeString(folder.resolve("with"), "processor\t: 0\nflags\t\t: fpu avx512vbmi sse\n");
        Path without = Files.writeString(folder.resolve("without"), "flags\t\t: fpu avx512_vbmi2\n");
        Path other = Files.writeString(folder.resolve("other"), "Features\t: asimd\n");

        assertThat(FastBase64.hasBytePermutations(with)).isTrue();
        assertThat(FastBase64.hasBytePermutations(without)).isFalse();
        assertThat(FastBase64.hasBytePermutations(other)).isFalse();
        assertThat(FastBase64.hasBytePermutations(folder.resolve("none"))).isFalse();
    }
}
