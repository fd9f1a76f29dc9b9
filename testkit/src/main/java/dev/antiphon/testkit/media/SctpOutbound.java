package dev.antiphon.testkit.media;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The sending half of an SCTP association: cuts messages into DATA chunks, keeps to the peer's window and to
 * its own idea of the network (RFC 9260 §7), and repeats what was lost. Not safe for use by several threads.
 * Times are those of {@link System#nanoTime}.
 */
final class SctpOutbound {
    /** Payload of a chunk: what fits a DTLS record in a datagram of 1,200 bytes. */
    static final int MAX_PIECE = 1_100;
    /** Messages that wait hold at most this. */
    static final int MAX_WAITING = 16 * 1024 * 1024;

    private static final int BEGIN = 2;
    private static final int END = 1;
    private static final int DATA_HEADER = 12;
    private static final int MISSES = 3;
    private static final int MAX_ATTEMPTS = 10;
    private static final long MILLIS = 1_000_000;
    private static final long RTO_FIRST = 500 * MILLIS;
    private static final long RTO_MIN = 200 * MILLIS;
    private static final long RTO_MAX = 5_000 * MILLIS;

    private static final class Piece {
        private final int tsn;
        private final SctpChunk chunk;
        private long sentNanos;
        private int attempts;
        private int misses;
        private boolean arrived;
        private boolean due;
        private boolean underWay;

        Piece(int tsn, SctpChunk chunk) {
            this.tsn = tsn;
            this.chunk = chunk;
        }

        int size() {
            return chunk.value().length - DATA_HEADER;
        }
    }

    private final Consumer<SctpChunk> wire;
    private final Map<Integer, Integer> nextInStream = new HashMap<>();
    private final ArrayDeque<Piece> waiting = new ArrayDeque<>();
    /** Sent and not cumulatively acknowledged, oldest first. */
    private final ArrayDeque<Piece> flight = new ArrayDeque<>();

    private int nextTsn;
    private int acknowledged;
    private int waitingBytes;
    private int bytesUnderWay;
    private long peerWindow;
    private int congestionWindow = 4 * MAX_PIECE;
    private int threshold = Integer.MAX_VALUE;
    private int acknowledgedInWindow;
    private int recoveredUpTo;
    private boolean recovering;
    private long roundTrip;
    private long variation;
    private long timeout = RTO_FIRST;
    private long repeated;

    /** @param wire sends a chunk in a packet of its own */
    SctpOutbound(int firstTsn, long peerWindow, Consumer<SctpChunk> wire) {
        nextTsn = firstTsn;
        acknowledged = firstTsn - 1;
        this.peerWindow = peerWindow;
        this.wire = wire;
    }

    /**
     * Queues a message.
     *
     * @param message at least one byte
     * @return false if too much waits already
     */
    boolean send(int stream, int protocol, byte[] message, long now) {
        if (waitingBytes + message.length > MAX_WAITING) {
            return false;
        }
        int sequence = nextInStream.merge(stream, 1, Integer::sum) - 1;
        for (int from = 0; from < message.length; from += MAX_PIECE) {
            int size = Math.min(MAX_PIECE, message.length - from);
            int flags = (from == 0 ? BEGIN : 0) | (from + size == message.length ? END : 0);
            ByteBuffer value = ByteBuffer.allocate(DATA_HEADER + size);
            value.putInt(nextTsn)
                    .putShort((short) stream)
                    .putShort((short) sequence)
                    .putInt(protocol);
            value.put(message, from, size);
            waiting.add(new Piece(nextTsn, new SctpChunk(SctpChunk.DATA, flags, value.array())));
            nextTsn++;
        }
        waitingBytes += message.length;
        flush(now);
        return true;
    }

    /** A stream begins anew: its next message is number 0. */
    void reset(int stream) {
        nextInStream.remove(stream);
    }

    /** The number of the last piece that was queued. */
    int lastTsn() {
        return nextTsn - 1;
    }

    /** Takes an acknowledgement; a malformed or old one has no effect. */
    void sack(SctpChunk chunk, long now) {
        if (chunk.value().length < DATA_HEADER) {
            return;
        }
        ByteBuffer in = chunk.in();
        int cumulative = in.getInt();
        long window = in.getInt() & 0xffff_ffffL;
        int gaps = Math.min(in.getChar(), (chunk.value().length - DATA_HEADER) / 4);
        if (cumulative - acknowledged < 0 || cumulative - nextTsn >= 0) {
            return;
        }
        boolean wasFull = bytesUnderWay + MAX_PIECE > congestionWindow;
        int progress = takeAcknowledged(cumulative, now);
        int highest = cumulative;
        for (int i = 0; i < gaps; i++) {
            int from = cumulative + in.getChar(DATA_HEADER + 4 * i);
            int to = cumulative + in.getChar(DATA_HEADER + 4 * i + 2);
            progress += markArrived(from, to);
            highest = to - highest > 0 ? to : highest;
        }
        acknowledged = cumulative;
        peerWindow = window;
        if (recovering && cumulative - recoveredUpTo >= 0) {
            recovering = false;
        }
        if (progress > 0 && wasFull && !recovering) {
            grow(progress);
        }
        if (gaps > 0) {
            countMisses(highest);
        }
        flush(now);
    }

    private int takeAcknowledged(int cumulative, long now) {
        int bytes = 0;
        while (!flight.isEmpty() && flight.element().tsn - cumulative <= 0) {
            Piece piece = flight.remove();
            bytes += piece.arrived ? 0 : piece.size();
            leave(piece);
            if (piece.attempts == 1 && !piece.arrived) {
                measure(now - piece.sentNanos);
            }
        }
        return bytes;
    }

    private int markArrived(int from, int to) {
        int bytes = 0;
        for (Piece piece : flight) {
            if (!piece.arrived && piece.tsn - from >= 0 && piece.tsn - to <= 0) {
                piece.arrived = true;
                piece.due = false;
                leave(piece);
                bytes += piece.size();
            }
        }
        return bytes;
    }

    /** RFC 9260 §6.3.1. */
    private void measure(long sample) {
        if (roundTrip == 0) {
            roundTrip = sample;
            variation = sample / 2;
        } else {
            variation += (Math.abs(roundTrip - sample) - variation) / 4;
            roundTrip += (sample - roundTrip) / 8;
        }
        timeout = Math.max(RTO_MIN, Math.min(RTO_MAX, roundTrip + 4 * variation));
    }

    /** Slow start, then one piece a window (RFC 9260 §7.2.1, §7.2.2). */
    private void grow(int progress) {
        if (congestionWindow <= threshold) {
            congestionWindow += Math.min(progress, MAX_PIECE);
        } else {
            acknowledgedInWindow += progress;
            if (acknowledgedInWindow >= congestionWindow) {
                acknowledgedInWindow -= congestionWindow;
                congestionWindow += MAX_PIECE;
            }
        }
        congestionWindow = Math.min(congestionWindow, MAX_WAITING);
    }

    /** Three acknowledgements that pass over a piece mean it is lost (RFC 9260 §7.2.4). */
    private void countMisses(int highest) {
        boolean lost = false;
        for (Piece piece : flight) {
            if (!piece.arrived && !piece.due && highest - piece.tsn > 0 && ++piece.misses == MISSES) {
                piece.due = true;
                leave(piece);
                lost = true;
            }
        }
        if (lost && !recovering) {
            recovering = true;
            recoveredUpTo = nextTsn - 1 - waiting.size();
            threshold = Math.max(congestionWindow / 2, 4 * MAX_PIECE);
            congestionWindow = threshold;
            acknowledgedInWindow = 0;
        }
    }

    /**
     * Time passes: what was not acknowledged in time is sent again.
     *
     * @return false if the peer has not answered for too long
     */
    boolean tick(long now) {
        Piece oldest = null;
        for (Piece piece : flight) {
            if (!piece.arrived && !piece.due) {
                oldest = piece;
                break;
            }
        }
        if (oldest == null || now - oldest.sentNanos < timeout) {
            flush(now);
            return true;
        }
        if (oldest.attempts >= MAX_ATTEMPTS) {
            return false;
        }
        // RFC 9260 §6.3.3 and §7.2.3.
        timeout = Math.min(RTO_MAX, timeout * 2);
        threshold = Math.max(congestionWindow / 2, 4 * MAX_PIECE);
        congestionWindow = MAX_PIECE;
        for (Piece piece : flight) {
            piece.due = !piece.arrived;
            leave(piece);
        }
        flush(now);
        return true;
    }

    private void flush(long now) {
        List<Piece> again = new ArrayList<>();
        for (Piece piece : flight) {
            if (piece.due) {
                again.add(piece);
            }
        }
        for (Piece piece : again) {
            if (!fits(piece)) {
                return;
            }
            repeated++;
            transmit(piece, now);
        }
        while (!waiting.isEmpty() && fits(waiting.element())) {
            Piece piece = waiting.remove();
            waitingBytes -= piece.size();
            flight.add(piece);
            transmit(piece, now);
        }
    }

    private void transmit(Piece piece, long now) {
        piece.due = false;
        piece.misses = 0;
        piece.attempts++;
        piece.sentNanos = now;
        piece.underWay = true;
        bytesUnderWay += piece.size();
        wire.accept(piece.chunk);
    }

    /** One piece may always be under way, even to a peer whose window is shut. */
    private boolean fits(Piece piece) {
        int then = bytesUnderWay + piece.size();
        return bytesUnderWay == 0 || (then <= congestionWindow && then <= peerWindow);
    }

    private void leave(Piece piece) {
        if (piece.underWay) {
            piece.underWay = false;
            bytesUnderWay -= piece.size();
        }
    }

    /** Pieces that had to be sent again. */
    long repeated() {
        return repeated;
    }
}
