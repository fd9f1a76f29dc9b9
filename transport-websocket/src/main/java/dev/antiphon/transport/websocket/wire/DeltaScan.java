package dev.antiphon.transport.websocket.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * One pass over the text of a delta event that finds its members and builds nothing. It knows the usual
 * members in any order, with or without blanks; whatever else it meets, it gives up.
 *
 * <p>The text of {@code delta} is taken to end at the first quote of the last {@link #TAIL} bytes that is not
 * escaped, or after its start if that is later. Long deltas are audio: were there a quote earlier, the base64 before
 * it would not decode. Who reads a text looks at each byte of it anyway.
 *
 * <p>What was found holds until the next scan; a member that is not there has an empty span, or 0. Used by one
 * thread.
 */
final class DeltaScan {
    /** What may follow a long delta: ids, indexes, a short random text. */
    static final int TAIL = 512;

    static final int TYPE = 1;
    static final int EVENT_ID = 1 << 1;
    static final int RESPONSE_ID = 1 << 2;
    static final int ITEM_ID = 1 << 3;
    static final int OUTPUT_INDEX = 1 << 4;
    static final int CONTENT_INDEX = 1 << 5;
    static final int DELTA = 1 << 6;
    static final int OBFUSCATION = 1 << 7;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHS = 0x8080_8080_8080_8080L;
    private static final long QUOTES = ONES * '"';

    private static final byte[] NOTHING = {};

    private byte[] text = NOTHING;
    private int end;
    private int at;

    /** Members that were found. */
    int found;

    /** Spans of the texts, start and end, without quotes. */
    int typeStart;

    int typeEnd;
    int eventIdStart;
    int eventIdEnd;
    int responseIdStart;
    int responseIdEnd;
    int itemIdStart;
    int itemIdEnd;
    int deltaStart;
    int deltaEnd;
    int obfuscationStart;
    int obfuscationEnd;
    int outputIndex;
    int contentIndex;

    /** Looks through a text; returns whether it is one object of nothing but known members, each at most once. */
    boolean scan(byte[] event, int offset, int length) {
        text = event;
        at = offset;
        end = offset + length;
        clear();
        boolean plain = isPlainObject();
        text = NOTHING;
        return plain;
    }

    private void clear() {
        found = 0;
        typeStart = 0;
        typeEnd = 0;
        eventIdStart = 0;
        eventIdEnd = 0;
        responseIdStart = 0;
        responseIdEnd = 0;
        itemIdStart = 0;
        itemIdEnd = 0;
        deltaStart = 0;
        deltaEnd = 0;
        obfuscationStart = 0;
        obfuscationEnd = 0;
        outputIndex = 0;
        contentIndex = 0;
    }

    private boolean isPlainObject() {
        skipBlanks();
        if (!take('{')) {
            return false;
        }
        do {
            skipBlanks();
            if (!member()) {
                return false;
            }
            skipBlanks();
        } while (take(','));
        if (!take('}')) {
            return false;
        }
        skipBlanks();
        return at == end;
    }

    private boolean member() {
        if (!take('"')) {
            return false;
        }
        int start = at;
        int quote = quoteFrom(at);
        if (quote < 0) {
            return false;
        }
        at = quote + 1;
        int name = nameOf(start, quote - start);
        if (name == 0 || (found & name) != 0) {
            return false;
        }
        found |= name;
        skipBlanks();
        if (!take(':')) {
            return false;
        }
        skipBlanks();
        return switch (name) {
            case OUTPUT_INDEX, CONTENT_INDEX -> index(name);
            default -> string(name);
        };
    }

    private int nameOf(int start, int length) {
        return switch (length) {
            case 4 -> is(text, start, "type") ? TYPE : 0;
            case 5 -> is(text, start, "delta") ? DELTA : 0;
            case 7 -> is(text, start, "item_id") ? ITEM_ID : 0;
            case 8 -> is(text, start, "event_id") ? EVENT_ID : 0;
            case 11 -> is(text, start, "response_id") ? RESPONSE_ID : is(text, start, "obfuscation") ? OBFUSCATION : 0;
            case 12 -> is(text, start, "output_index") ? OUTPUT_INDEX : 0;
            case 13 -> is(text, start, "content_index") ? CONTENT_INDEX : 0;
            default -> 0;
        };
    }

    /** Whether an ASCII text stands at a place; there is room for it. */
    static boolean is(byte[] text, int start, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (text[start + i] != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean string(int name) {
        if (!take('"')) {
            return false;
        }
        int start = at;
        int quote = name == DELTA ? endOfDelta() : quoteFrom(at);
        if (quote < 0 || (name != DELTA && !isPlain(start, quote))) {
            return false;
        }
        at = quote + 1;
        switch (name) {
            case TYPE -> {
                typeStart = start;
                typeEnd = quote;
            }
            case EVENT_ID -> {
                eventIdStart = start;
                eventIdEnd = quote;
            }
            case RESPONSE_ID -> {
                responseIdStart = start;
                responseIdEnd = quote;
            }
            case ITEM_ID -> {
                itemIdStart = start;
                itemIdEnd = quote;
            }
            case DELTA -> {
                deltaStart = start;
                deltaEnd = quote;
            }
            default -> {
                obfuscationStart = start;
                obfuscationEnd = quote;
            }
        }
        return true;
    }

    /** The quote that ends the delta that begins here, or -1. */
    private int endOfDelta() {
        int quote = quoteFrom(Math.max(at, end - TAIL));
        while (quote > at && text[quote - 1] == '\\' && isEscaped(quote)) {
            quote = quoteFrom(quote + 1);
        }
        return quote;
    }

    /** Whether an odd number of backslashes stands before a place in the string that begins here. */
    private boolean isEscaped(int place) {
        int first = place;
        while (first > at && text[first - 1] == '\\') {
            first--;
        }
        return (place - first & 1) == 1;
    }

    /** Whether a span is printable ASCII without escapes. */
    private boolean isPlain(int start, int stop) {
        for (int i = start; i < stop; i++) {
            if (text[i] < ' ' || text[i] == '\\') {
                return false;
            }
        }
        return true;
    }

    /** A whole number of at most nine digits, in its one JSON spelling. */
    private boolean index(int name) {
        int start = at;
        int value = 0;
        while (at < end && text[at] >= '0' && text[at] <= '9' && at - start < 10) {
            value = value * 10 + (text[at] - '0');
            at++;
        }
        int digits = at - start;
        if (digits == 0 || digits > 9 || (digits > 1 && text[start] == '0')) {
            return false;
        }
        if (name == OUTPUT_INDEX) {
            outputIndex = value;
        } else {
            contentIndex = value;
        }
        return true;
    }

    /** The first quote at or after a place, or -1. Eight bytes at a time. */
    private int quoteFrom(int from) {
        int i = from;
        for (; end - i >= Long.BYTES; i += Long.BYTES) {
            long same = (long) LONGS.get(text, i) ^ QUOTES;
            long zeroes = (same - ONES) & ~same & HIGHS;
            if (zeroes != 0) {
                return i + (Long.numberOfTrailingZeros(zeroes) >>> 3);
            }
        }
        for (; i < end; i++) {
            if (text[i] == '"') {
                return i;
            }
        }
        return -1;
    }

    private boolean take(char expected) {
        if (at < end && text[at] == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void skipBlanks() {
        while (at < end && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
            at++;
        }
    }
}
