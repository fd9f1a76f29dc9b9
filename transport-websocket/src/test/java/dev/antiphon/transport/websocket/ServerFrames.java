package dev.antiphon.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames as a server sends them, legal and illegal, written without the code under test. */
final class ServerFrames {
    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xa;

    private ServerFrames() {}

    static byte[] text(String text) {
        return frame(true, TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return frame(true, CLOSE, join(new byte[] {(byte) (code >> 8), (byte) code}, text));
    }

    static byte[] frame(boolean fin, int opcode, byte[] payload) {
        return join(header((fin ? 0x80 : 0) | opcode, payload.length), payload);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** One event as JSON, whose id is {@code e} and the number. */
    static String event(int number) {
        return "{\"type\":\"test.event\",\"event_id\":\"e" + number + "\"}";
    }

    /** A header with any first byte and any claimed length, in the shortest form. */
    static byte[] header(int first, long length) {
        ByteBuffer header = ByteBuffer.allocate(10);
        header.put((byte) first);
        if (length >= 0 && length < 126) {
            header.put((byte) length);
        } else if (length >= 0 && length <= 0xffff) {
            header.put((byte) 126).putShort((short) length);
        } else {
            header.put((byte) 127).putLong(length);
        }
        byte[] bytes = new byte[header.position()];
        header.flip().get(bytes);
        return bytes;
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int at = 0; at < values.length; at++) {
            bytes[at] = (byte) values[at];
        }
        return bytes;
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
