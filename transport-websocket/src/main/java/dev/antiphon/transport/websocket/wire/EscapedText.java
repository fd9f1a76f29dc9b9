package dev.antiphon.transport.websocket.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The text of a JSON string that holds escapes. As in any JSON, {@code \\u} names one UTF-16 unit: two of
 * them may make one character, and half a character is kept as it came.
 */
final class EscapedText {
    private static final int HEX_DIGITS = 4;

    private EscapedText() {}

    /** The text of a span between quotes; null if it is not UTF-8 or no JSON may hold it. */
    static @Nullable String in(byte[] text, int start, int end) {
        if (!Utf8.isValid(text, start, end - start)) {
            return null;
        }
        StringBuilder out = new StringBuilder(end - start);
        int plainFrom = start;
        int i = start;
        while (i < end) {
            byte b = text[i];
            if (b == '"' || (b >= 0 && b < ' ')) {
                return null;
            }
            if (b != '\\') {
                i++;
                continue;
            }
            append(text, plainFrom, i, out);
            int length = escape(text, i, end, out);
            if (length == 0) {
                return null;
            }
            i += length;
            plainFrom = i;
        }
        append(text, plainFrom, end, out);
        return out.toString();
    }

    private static void append(byte[] text, int start, int end, StringBuilder out) {
        if (start < end) {
            out.append(new String(text, start, end - start, StandardCharsets.UTF_8));
        }
    }

    /** Appends what the escape at {@code i} stands for; returns its length, or 0 if it is none. */
    private static int escape(byte[] text, int i, int end, StringBuilder out) {
        if (i + 1 == end) {
            return 0;
        }
        byte kind = text[i + 1];
        switch (kind) {
            case '"', '\\', '/' -> out.append((char) kind);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> {
                int unit = hex(text, i + 2, end);
                if (unit < 0) {
                    return 0;
                }
                out.append((char) unit);
                return 2 + HEX_DIGITS;
            }
            default -> {
                return 0;
            }
        }
        return 2;
    }

    /** The value of four hexadecimal digits, or -1. */
    private static int hex(byte[] text, int start, int end) {
        if (end - start < HEX_DIGITS) {
            return -1;
        }
        int value = 0;
        for (int i = start; i < start + HEX_DIGITS; i++) {
            int digit = text[i] < 0 ? -1 : Character.digit(text[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
