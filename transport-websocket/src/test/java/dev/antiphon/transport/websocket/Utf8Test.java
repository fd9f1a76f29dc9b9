package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    @Test
    void agrees_with_the_runtime_about_every_two_bytes_after_ascii_and_before() {
        for (int pair = 0; pair < 0x10000; pair++) {
            byte[] bytes = new byte[40];
            bytes[33] = (byte) (pair >> 8);
            bytes[34] = (byte) pair;

            assertThat(Utf8.isValid(bytes, 0, bytes.length)).as("%04x", pair).isEqualTo(runtimeAccepts(bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agrees_with_the_runtime_about_damaged_text_in_random_pieces(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = damagedText(random);

            int state = Utf8.COMPLETE;
            for (int at = 0; at < bytes.length && state != Utf8.INVALID; ) {
                int piece = Math.min(1 + random.nextInt(20), bytes.length - at);
                state = Utf8.check(state, bytes, at, at + piece);
                at += piece;
            }

            assertThat(state == Utf8.COMPLETE)
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(runtimeAccepts(bytes));
            assertThat(Utf8.isValid(bytes, 0, bytes.length)).isEqualTo(state == Utf8.COMPLETE);
        }
    }

    private static byte[] damagedText(Random random) {
        StringBuilder text = new StringBuilder();
        int characters = random.nextInt(60);
        for (int each = 0; each < characters; each++) {
            int kind = random.nextInt(6);
            text.appendCodePoint(
                    switch (kind) {
                        case 0 -> 0x80 + random.nextInt(0x700);
                        case 1 -> 0x800 + random.nextInt(0xd000);
                        case 2 -> 0x10000 + random.nextInt(0x100000);
                        default -> ' ' + random.nextInt(90);
                    });
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextBoolean()) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static boolean runtimeAccepts(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException refused) {
            return false;
        }
    }
}
