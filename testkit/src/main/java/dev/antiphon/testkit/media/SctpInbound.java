package dev.antiphon.testkit.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.TreeMap;

/**
 * The receiving half of an SCTP association: puts DATA chunks in order and joins them to messages. All
 * streams are delivered in the order of transmission, which is within what each of them may expect. Not safe
 * for use by several threads.
 */
final class SctpInbound {
    /** Who takes the messages. */
    interface Sink {
        /** A message came; it belongs to the sink. */
        void onMessage(int stream, int protocol, byte[] message);
    }

    /** The peer sent more than it may. */
    static final class TooMuchException extends Exception {
        private static final long serialVersionUID = 1L;

        TooMuchException() {
            super("a data channel message is longer than " + MAX_MESSAGE + " bytes", null, false, false);
        }
    }

    static final int MAX_MESSAGE = 16 * 1024 * 1024;
    static final int WINDOW = 1024 * 1024;

    private static final int DATA_HEADER = 12;
    private static final int BEGIN = 2;
    private static final int END = 1;
    private static final int MAX_GAPS = 100;
    private static final int MAX_AHEAD = 4_096;

    private final Sink sink;
    /** Chunks that came too early, by transmission number, whose order is that of RFC 1982. */
    private final TreeMap<Integer, SctpChunk> early = new TreeMap<>((one, other) -> one - other);

    private int earlyBytes;
    private int expected;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private boolean inMessage;

    SctpInbound(int firstTsn, Sink sink) {
        expected = firstTsn;
        this.sink = sink;
    }

    /** Takes a DATA chunk; duplicates, malformed ones and what lies beyond the window have no effect. */
    void data(SctpChunk chunk) throws TooMuchException {
        if (chunk.value().length <= DATA_HEADER) {
            return;
        }
        int tsn = chunk.in().getInt(0);
        int ahead = tsn - expected;
        if (ahead < 0 || ahead > MAX_AHEAD || early.containsKey(tsn)) {
            return;
        }
        if (ahead > 0) {
            if (earlyBytes + chunk.value().length <= WINDOW) {
                early.put(tsn, chunk);
                earlyBytes += chunk.value().length;
            }
            return;
        }
        expected++;
        deliver(chunk);
        while (!early.isEmpty() && early.firstKey() == expected) {
            SctpChunk follower = early.pollFirstEntry().getValue();
            earlyBytes -= follower.value().length;
            expected++;
            deliver(follower);
        }
    }

    private void deliver(SctpChunk chunk) throws TooMuchException {
        if ((chunk.flags() & BEGIN) != 0) {
            message.reset();
            inMessage = true;
        }
        if (!inMessage) {
            return;
        }
        if (message.size() + chunk.value().length > MAX_MESSAGE) {
            throw new TooMuchException();
        }
        message.write(chunk.value(), DATA_HEADER, chunk.value().length - DATA_HEADER);
        if ((chunk.flags() & END) != 0) {
            inMessage = false;
            byte[] whole = message.toByteArray();
            message.reset();
            sink.onMessage(chunk.in().getChar(4), chunk.in().getInt(8), whole);
        }
    }

    /** The acknowledgement of all that came (RFC 9260 §3.3.4). */
    SctpChunk sack() {
        ByteBuffer out = ByteBuffer.allocate(DATA_HEADER + 4 * MAX_GAPS);
        out.putInt(expected - 1).putInt(WINDOW - earlyBytes).putInt(0);
        int gaps = 0;
        int end = expected - 1;
        for (int tsn : early.keySet()) {
            // Gap blocks count from the last chunk in order.
            short offset = (short) (tsn - expected + 1);
            if (tsn == end + 1) {
                out.putShort(out.position() - 2, offset);
            } else if (gaps < MAX_GAPS) {
                out.putShort(offset).putShort(offset);
                gaps++;
            } else {
                break;
            }
            end = tsn;
        }
        out.putShort(8, (short) gaps);
        byte[] value = new byte[out.position()];
        out.flip().get(value);
        return new SctpChunk(SctpChunk.SACK, 0, value);
    }
}
