package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 125, 126, 127, 1000, 65_535, 65_536, 70_001})
    void a_frame_is_final_masked_and_in_the_shortest_form(int length) {
        byte[] payload = new byte[length + 5];
        new Random(length).nextBytes(payload);
        byte[] sent = payload.clone();
        ByteBuf out = Unpooled.buffer();

        FrameWriter.write(FrameWriter.TEXT, sent, 3, length, 0x89ab_cdef, out);

        assertThat(out.readableBytes()).isEqualTo(FrameWriter.sizeOf(length));
        assertThat(out.readUnsignedByte()).isEqualTo((short) 0x81);
        assertThat(readLength(out)).isEqualTo(length);
        byte[] key = new byte[4];
        out.readBytes(key);
        assertThat(key).isEqualTo(ServerFrames.bytes(0xef, 0xcd, 0xab, 0x89));
        for (int at = 0; at < length; at++) {
            assertThat((byte) (out.readByte() ^ key[at % 4])).as("byte %d", at).isEqualTo(payload[3 + at]);
        }
    }

    private static long readLength(ByteBuf from) {
        int first = from.readUnsignedByte();
        assertThat(first & 0x80).as("mask bit").isEqualTo(0x80);
        int small = first & 0x7f;
        return small < 126 ? small : small == 126 ? from.readUnsignedShort() : from.readLong();
    }
}
