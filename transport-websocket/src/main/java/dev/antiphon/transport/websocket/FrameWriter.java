package dev.antiphon.transport.websocket;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes the frames of a client, RFC 6455 §5.2: always final, always masked. Stateless. */
final class FrameWriter {
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xa;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private FrameWriter() {}

    /** Bytes on the wire of a frame with this payload. */
    static long sizeOf(int payloadLength) {
        int lengthBytes = payloadLength < 126 ? 0 : payloadLength <= 0xffff ? 2 : 8;
        return 2L + lengthBytes + Integer.BYTES + payloadLength;
    }

    /** Appends one frame. The payload is masked where it lies, so the range is garbage afterwards. */
    static void write(int opcode, byte[] payload, int offset, int length, int maskKey, ByteBuf out) {
        out.writeByte(0x80 | opcode);
        if (length < 126) {
            out.writeByte(0x80 | length);
        } else if (length <= 0xffff) {
            out.writeByte(0x80 | 126).writeShort(length);
        } else {
            out.writeByte(0x80 | 127).writeLong(length);
        }
        out.writeIntLE(maskKey);
        mask(payload, offset, length, maskKey);
        out.writeBytes(payload, offset, length);
    }

    private static void mask(byte[] bytes, int offset, int length, int maskKey) {
        long twice = (maskKey & 0xffff_ffffL) | (long) maskKey << 32;
        int end = offset + length;
        int last = end - Long.BYTES;
        int at = offset;
        // A bound without arithmetic: with at + 8 <= end the compiler makes no vector code of this.
        for (; at <= last; at += Long.BYTES) {
            LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ twice);
        }
        for (int turn = 0; at < end; at++, turn += Byte.SIZE) {
            bytes[at] ^= (byte) (maskKey >>> turn);
        }
    }
}
