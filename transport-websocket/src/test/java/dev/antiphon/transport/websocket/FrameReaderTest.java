package dev.antiphon.transport.websocket;

import static dev.antiphon.transport.websocket.ServerFrames.BINARY;
import static dev.antiphon.transport.websocket.ServerFrames.CLOSE;
import static dev.antiphon.transport.websocket.ServerFrames.CONTINUATION;
import static dev.antiphon.transport.websocket.ServerFrames.PING;
import static dev.antiphon.transport.websocket.ServerFrames.PONG;
import static dev.antiphon.transport.websocket.ServerFrames.TEXT;
import static dev.antiphon.transport.websocket.ServerFrames.bytes;
import static dev.antiphon.transport.websocket.ServerFrames.close;
import static dev.antiphon.transport.websocket.ServerFrames.frame;
import static dev.antiphon.transport.websocket.ServerFrames.header;
import static dev.antiphon.transport.websocket.ServerFrames.join;
import static dev.antiphon.transport.websocket.ServerFrames.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrameReaderTest {
    private static final int LIMIT = 100_000;
    private static final byte[] HALF_OF_EURO = bytes(0xe2, 0x82);

    static Stream<Arguments> legal() {
        return Stream.of(
                arguments("empty text", text(""), List.of("text:")),
                arguments("text", text("hello"), List.of("text:hello")),
                arguments("125 bytes", text("x".repeat(125)), List.of("text:" + "x".repeat(125))),
                arguments("126 bytes", text("x".repeat(126)), List.of("text:" + "x".repeat(126))),
                arguments("65,536 bytes", text("x".repeat(65_536)), List.of("text:" + "x".repeat(65_536))),
                arguments("beyond ASCII", text("grüß €𝄞"), List.of("text:grüß €𝄞")),
                arguments("binary", frame(true, BINARY, bytes(1, 2)), List.of("binary:2")),
                arguments("two messages", join(text("a"), text("b")), List.of("text:a", "text:b")),
                arguments(
                        "fragments with a ping between",
                        join(
                                frame(false, TEXT, bytes('a')),
                                frame(true, PING, bytes(7)),
                                frame(false, CONTINUATION, bytes()),
                                frame(true, CONTINUATION, bytes('b'))),
                        List.of("ping:1", "text:ab")),
                arguments(
                        "a character cut between fragments",
                        join(frame(false, TEXT, HALF_OF_EURO), frame(true, CONTINUATION, bytes(0xac))),
                        List.of("text:€")),
                arguments(
                        "empty fragments",
                        join(frame(false, TEXT, bytes()), frame(true, 0, bytes())),
                        List.of("text:")),
                arguments("pong", frame(true, PONG, bytes()), List.of("pong")),
                arguments("ping of 125 bytes", frame(true, PING, new byte[125]), List.of("ping:125")),
                arguments("close", close(1000, "bye €"), List.of("close:1000 bye €")),
                arguments("close without code", frame(true, CLOSE, bytes()), List.of("close:1005 ")),
                arguments("close 3000", close(3000, "x"), List.of("close:3000 x")),
                arguments("close 4999", close(4999, ""), List.of("close:4999 ")),
                arguments("nothing counts after close", join(close(1000, ""), text("late")), List.of("close:1000 ")));
    }

    static Stream<Arguments> illegal() {
        return Stream.of(
                arguments("first reserved bit", header(0xc1, 0), 1002),
                arguments("second reserved bit", header(0xa1, 0), 1002),
                arguments("third reserved bit on a control frame", header(0x99, 0), 1002),
                arguments("reserved opcode 3", header(0x83, 0), 1002),
                arguments("reserved opcode 11", header(0x8b, 0), 1002),
                arguments("masked frame", bytes(0x81, 0x81, 1, 2, 3, 4, 5), 1002),
                arguments("fragmented ping", header(0x09, 0), 1002),
                arguments("fragmented close", header(0x08, 0), 1002),
                arguments("ping of 126 bytes", header(0x89, 126), 1002),
                arguments("continuation of nothing", frame(true, CONTINUATION, bytes('a')), 1002),
                arguments("text inside a message", join(frame(false, TEXT, bytes('a')), text("b")), 1002),
                arguments("binary inside a message", join(frame(false, TEXT, bytes('a')), header(0x82, 0)), 1002),
                arguments("16-bit length below 126", bytes(0x81, 126, 0, 125), 1002),
                arguments("64-bit length below 65,536", bytes(0x81, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff), 1002),
                arguments("negative length", bytes(0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0), 1002),
                arguments("largest length", bytes(0x81, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255), 1009),
                arguments("frame over the limit", header(0x81, LIMIT + 1), 1009),
                arguments("message over the limit", join(frame(false, TEXT, new byte[LIMIT]), header(0x80, 1)), 1009),
                arguments("close with half a code", frame(true, CLOSE, bytes(3)), 1002),
                arguments("close 0", close(0, ""), 1002),
                arguments("close 999", close(999, ""), 1002),
                arguments("close 1004", close(1004, ""), 1002),
                arguments("close 1005", close(1005, ""), 1002),
                arguments("close 1006", close(1006, ""), 1002),
                arguments("close 1015", close(1015, ""), 1002),
                arguments("close 2999", close(2999, ""), 1002),
                arguments("close 5000", close(5000, ""), 1002),
                arguments("close reason not UTF-8", frame(true, CLOSE, bytes(3, 232, 0xff)), 1007),
                arguments("text not UTF-8", frame(true, TEXT, bytes('a', 0xff)), 1007),
                arguments("text ends inside a character", frame(true, TEXT, HALF_OF_EURO), 1007),
                arguments("bad byte before the end of its frame", join(header(0x81, 1000), bytes('a', 0xc0)), 1007),
                arguments(
                        "bad byte in a fragment",
                        join(frame(false, TEXT, HALF_OF_EURO), frame(false, CONTINUATION, bytes('a'))),
                        1007));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("legal")
    void legal_frames_are_read_however_they_are_cut(String what, byte[] wire, List<String> expected) {
        assertThat(read(wire, wire.length)).isEqualTo(expected);
        assertThat(read(wire, 1)).isEqualTo(expected);
        for (int seed = 0; seed < 50; seed++) {
            assertThat(readCutAtRandom(wire, seed)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @ParameterizedTest(name = "{0}")
    @DisplayName("B09 and B10 illegal frames are refused with their code however they are cut")
    @MethodSource("illegal")
    void illegal_frames_are_refused_with_their_code_however_they_are_cut(String what, byte[] wire, int code) {
        assertThat(read(wire, wire.length)).last().isEqualTo("violation:" + code);
        assertThat(read(wire, 1)).last().isEqualTo("violation:" + code);
        for (int seed = 0; seed < 50; seed++) {
            assertThat(readCutAtRandom(wire, seed)).as("seed %d", seed).last().isEqualTo("violation:" + code);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("illegal")
    void nothing_is_delivered_after_a_violation(String what, byte[] wire, int code) {
        assertThat(read(join(wire, text("late")), 7)).last().isEqualTo("violation:" + code);
    }

    @Test
    void memory_grows_with_what_came_and_not_with_what_a_header_claims() throws Exception {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        FrameReader reader = new FrameReader(1 << 30, 1 << 30, new Recorder(new ArrayList<>()));
        byte[] claim = join(header(0x81, 1 << 30), new byte[100]);

        long before = threads.getCurrentThreadAllocatedBytes();
        reader.read(claim, 0, claim.length);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).isLessThan(16_384);
    }

    private static List<String> read(byte[] wire, int piece) {
        List<String> heard = new ArrayList<>();
        FrameReader reader = new FrameReader(LIMIT, LIMIT, new Recorder(heard));
        for (int at = 0; at < wire.length; at += piece) {
            feed(reader, wire, at, Math.min(piece, wire.length - at), heard);
        }
        return heard;
    }

    private static List<String> readCutAtRandom(byte[] wire, int seed) {
        Random random = new Random(seed);
        List<String> heard = new ArrayList<>();
        FrameReader reader = new FrameReader(LIMIT, LIMIT, new Recorder(heard));
        for (int at = 0; at < wire.length; ) {
            int piece = Math.min(1 + random.nextInt(1 + random.nextInt(wire.length)), wire.length - at);
            feed(reader, wire, at, piece, heard);
            at += piece;
        }
        return heard;
    }

    private static void feed(FrameReader reader, byte[] wire, int at, int length, List<String> heard) {
        // At an offset in a larger array, as in the scratch of an event loop.
        byte[] scratch = new byte[length + 10];
        System.arraycopy(wire, at, scratch, 3, length);
        try {
            reader.read(scratch, 3, length);
        } catch (ProtocolViolation violation) {
            heard.add("violation:" + violation.closeCode());
        }
    }

    private record Recorder(List<String> heard) implements FrameReader.Sink {
        @Override
        public void onText(byte[] bytes, int offset, int length) {
            heard.add("text:" + new String(bytes, offset, length, StandardCharsets.UTF_8));
        }

        @Override
        public void onBinary(byte[] bytes, int offset, int length) {
            heard.add("binary:" + length);
        }

        @Override
        public void onPing(byte[] bytes, int offset, int length) {
            heard.add("ping:" + length);
        }

        @Override
        public void onPong() {
            heard.add("pong");
        }

        @Override
        public void onClose(int code, String reason) {
            heard.add("close:" + code + " " + reason);
        }
    }
}
