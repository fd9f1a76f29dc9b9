package dev.antiphon.testkit.media;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Sound that waits to be sent, cut into frames of 20 ms. Holds ten minutes; more is not taken. Safe for use
 * by any thread.
 */
final class VoiceOut {
    private static final int RATE = 24_000;
    private static final long MAX_SAMPLES = 10L * 60 * RATE;

    // Guarded by this.
    private final ArrayDeque<short[]> pieces = new ArrayDeque<>();
    /** How much of the first piece is gone. */
    private int taken;

    private long waiting;

    /** Returns false if it does not fit; none of it is taken then. */
    synchronized boolean add(short[] samples) {
        if (waiting + samples.length > MAX_SAMPLES) {
            return false;
        }
        if (samples.length > 0) {
            pieces.add(samples);
            waiting += samples.length;
        }
        return true;
    }

    /**
     * Fills a frame; behind the end of the sound with silence.
     *
     * @return false if nothing waits
     */
    synchronized boolean take(short[] frame) {
        if (pieces.isEmpty()) {
            return false;
        }
        int filled = 0;
        while (filled < frame.length && !pieces.isEmpty()) {
            short[] piece = pieces.element();
            int count = Math.min(frame.length - filled, piece.length - taken);
            System.arraycopy(piece, taken, frame, filled, count);
            filled += count;
            taken += count;
            waiting -= count;
            if (taken == piece.length) {
                pieces.remove();
                taken = 0;
            }
        }
        for (int i = filled; i < frame.length; i++) {
            frame[i] = 0;
        }
        return true;
    }

    synchronized Duration waiting() {
        return Duration.ofNanos(waiting * 1_000_000_000L / RATE);
    }

    synchronized void clear() {
        pieces.clear();
        taken = 0;
        waiting = 0;
    }
}
