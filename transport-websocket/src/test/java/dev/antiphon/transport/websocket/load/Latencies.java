package dev.antiphon.transport.websocket.load;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Durations, to a microsecond below a tenth of a second and to a millisecond up to ten seconds. Small: a
 * collector that has to copy it would be the longest of them. Safe for use by any thread.
 */
final class Latencies {
    private static final int FINE = 100_000;
    private static final int LONGEST = 10_000_000;

    private final AtomicLongArray counts = new AtomicLongArray(place(LONGEST) + 1);

    private static int place(long micros) {
        return (int) (micros < FINE ? micros : FINE + (micros - FINE) / 1_000);
    }

    private static long micros(int place) {
        return place < FINE ? place : FINE + (place - FINE) * 1_000L;
    }

    void add(long nanos) {
        counts.incrementAndGet(place(Math.max(0, Math.min(nanos / 1_000, LONGEST))));
    }

    long count() {
        long total = 0;
        for (int i = 0; i < counts.length(); i++) {
            total += counts.get(i);
        }
        return total;
    }

    /** The duration that a share of all stays below, in microseconds. */
    double micros(double share) {
        long rank = (long) Math.ceil(count() * share);
        long seen = 0;
        for (int i = 0; i < counts.length(); i++) {
            seen += counts.get(i);
            if (seen >= rank && seen > 0) {
                return micros(i);
            }
        }
        return Double.NaN;
    }
}
