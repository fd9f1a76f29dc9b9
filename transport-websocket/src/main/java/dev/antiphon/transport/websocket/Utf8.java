package dev.antiphon.transport.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks UTF-8 (RFC 3629 §4) in pieces, so that a message can be refused at its first bad byte
 * (RFC 6455 §8.1). The whole state between two pieces is one {@code int}.
 */
final class Utf8 {
    /** Between two characters. */
    static final int COMPLETE = 0;

    /** The bytes so far begin no UTF-8 text. */
    static final int INVALID = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long SIGNS = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /** Whether a range is valid as a whole. */
    static boolean isValid(byte[] bytes, int from, int to) {
        return check(COMPLETE, bytes, from, to) == COMPLETE;
    }

    /**
     * Goes on with the next piece.
     *
     * @param state {@link #COMPLETE} for the first piece, else the result of the piece before
     * @return {@link #COMPLETE}, {@link #INVALID}, or a state inside a character
     */
    static int check(int state, byte[] bytes, int from, int to) {
        int missing = state >>> 16;
        int lowest = state >>> 8 & 0xff;
        int highest = state & 0xff;
        int at = from;
        while (at < to) {
            if (missing == 0) {
                at = skipAscii(bytes, at, to);
                if (at == to) {
                    return COMPLETE;
                }
                int lead = bytes[at++] & 0xff;
                if (lead < 0xc2 || lead > 0xf4) {
                    return INVALID;
                }
                missing = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
                // Overlong forms, surrogates and values over U+10FFFF show in the second byte.
                lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
                highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
            } else {
                int next = bytes[at++] & 0xff;
                if (next < lowest || next > highest) {
                    return INVALID;
                }
                missing--;
                lowest = 0x80;
                highest = 0xbf;
            }
        }
        return missing == 0 ? COMPLETE : missing << 16 | lowest << 8 | highest;
    }

    private static int skipAscii(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + 32 <= to; at += 32) {
            long any = (long) LONGS.get(bytes, at)
                    | (long) LONGS.get(bytes, at + 8)
                    | (long) LONGS.get(bytes, at + 16)
                    | (long) LONGS.get(bytes, at + 24);
            if ((any & SIGNS) != 0) {
                break;
            }
        }
        while (at < to && bytes[at] >= 0) {
            at++;
        }
        return at;
    }
}
