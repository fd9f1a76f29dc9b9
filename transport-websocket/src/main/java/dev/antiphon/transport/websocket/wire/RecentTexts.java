package dev.antiphon.transport.websocket.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Ids that were read lately. A response repeats its ids in each of hundreds of deltas; the same text is
 * handed out again instead of a copy.
 *
 * <p>Shared by all threads without locks: a slot holds whichever text was put there last, and texts are
 * immutable, so the worst a race can do is a copy more.
 */
final class RecentTexts {
    private static final int SLOTS = 256;
    private static final int MAX_LENGTH = 64;

    private final @Nullable String[] slots = new @Nullable String[SLOTS];

    /** The text of a span of ASCII. */
    String text(byte[] ascii, int start, int end) {
        int length = end - start;
        if (length == 0 || length > MAX_LENGTH) {
            return new String(ascii, start, length, StandardCharsets.ISO_8859_1);
        }
        int slot = slotOf(ascii, start, end);
        String recent = slots[slot];
        if (recent != null && matches(recent, ascii, start, length)) {
            return recent;
        }
        String text = new String(ascii, start, length, StandardCharsets.ISO_8859_1);
        slots[slot] = text;
        return text;
    }

    /** Ids differ at their ends. */
    private static int slotOf(byte[] ascii, int start, int end) {
        int hash = end - start;
        for (int i = Math.max(start, end - 6); i < end; i++) {
            hash = hash * 31 + ascii[i];
        }
        return (hash ^ (hash >>> 8)) & (SLOTS - 1);
    }

    private static boolean matches(String recent, byte[] ascii, int start, int length) {
        if (recent.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (recent.charAt(i) != ascii[start + i]) {
                return false;
            }
        }
        return true;
    }
}
