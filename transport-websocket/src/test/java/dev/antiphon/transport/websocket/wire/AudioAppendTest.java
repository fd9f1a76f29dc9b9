package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AudioAppendTest {
    private final EventCodec codec = Dialects.realtime().codec();

    static Stream<ByteBuf> buffers() {
        return Stream.of(
                Unpooled.buffer(),
                Unpooled.directBuffer(),
                Unpooled.buffer(4096).writeBytes(new byte[7]),
                Unpooled.wrappedBuffer(new byte[4096]).slice(5, 4000).clear(),
                Unpooled.directBuffer(16).writeBytes(new byte[7]));
    }

    @ParameterizedTest
    @MethodSource("buffers")
    void audio_is_appended_to_a_buffer_of_any_kind(ByteBuf out) {
        byte[] audio = new byte[960];
        new Random(1).nextBytes(audio);
        int before = out.writerIndex();

        codec.encode(new ClientEvent.InputAudioBufferAppend("", AudioData.of(audio)), out);

        String expected = "{\"type\":\"input_audio_buffer.append\",\"audio\":\""
                + Base64.getEncoder().encodeToString(audio) + "\"}";
        assertThat(out.toString(before, out.writerIndex() - before, StandardCharsets.US_ASCII))
                .isEqualTo(expected);
        out.release();
    }
}
