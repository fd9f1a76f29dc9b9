package dev.antiphon.transport.websocket;

import static dev.antiphon.transport.websocket.ServerFrames.frame;
import static dev.antiphon.transport.websocket.ServerFrames.join;
import static dev.antiphon.transport.websocket.ServerFrames.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames mean the same however the network cuts them. */
class FrameReaderFuzzTest {
    private static final int LIMIT = 10_000;

    static Stream<byte[]> frames() {
        return Stream.of(
                text("grüß €𝄞"),
                join(frame(false, ServerFrames.TEXT, new byte[] {'a'}), frame(true, 0, new byte[] {'b'})),
                join(frame(true, ServerFrames.PING, new byte[125]), text("x".repeat(200))),
                frame(true, ServerFrames.CLOSE, new byte[] {3, (byte) 0xe8, 'b', 'y', 'e'}),
                frame(true, ServerFrames.BINARY, new byte[300]));
    }

    @MethodSource("frames")
    @FuzzTest(maxDuration = "35s")
    void pieces_do_not_matter(byte[] stream) {
        List<String> whole = read(stream, stream.length);

        assertThat(read(stream, 1)).isEqualTo(whole);
        assertThat(read(stream, 7)).isEqualTo(whole);
    }

    private static List<String> read(byte[] stream, int piece) {
        List<String> seen = new ArrayList<>();
        FrameReader reader = new FrameReader(LIMIT, LIMIT, new Log(seen));
        try {
            for (int at = 0; at < stream.length; at += piece) {
                reader.read(stream, at, Math.min(piece, stream.length - at));
            }
        } catch (ProtocolViolation violation) {
            seen.add("violation " + violation.closeCode());
        }
        return seen;
    }

    private record Log(List<String> seen) implements FrameReader.Sink {
        @Override
        public void onText(byte[] bytes, int offset, int length) {
            log("text", bytes, offset, length);
        }

        @Override
        public void onBinary(byte[] bytes, int offset, int length) {
            log("binary", bytes, offset, length);
        }

        @Override
        public void onPing(byte[] bytes, int offset, int length) {
            log("ping", bytes, offset, length);
        }

        @Override
        public void onPong() {
            seen.add("pong");
        }

        @Override
        public void onClose(int code, String reason) {
            seen.add("close " + code + " " + reason);
        }

        private void log(String kind, byte[] bytes, int offset, int length) {
            seen.add(kind + Arrays.hashCode(Arrays.copyOfRange(bytes, offset, offset + length)));
        }
    }
}
