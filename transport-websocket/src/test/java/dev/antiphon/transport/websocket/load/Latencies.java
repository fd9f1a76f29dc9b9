package dev.antiphon.transport.websocket.load;

import java.util.concurrent.atomic.AtomicLongArray;

/** Durations to a microsecond, up to ten seconds. Safe for use by any thread. */
final class Latencies {
    private static final int MICROS = 10_000_000;

    private final AtomicLongArray counts = new AtomicLongArray(MICROS + 1);

    void add(long nanos) {
        counts.incrementAndGet((int) Math.max(0, Math.min(nanos / 1_000, MICROS)));
    }

    long count() {
        long total = 0;
        for (int i = 0; i <= MICROS; i++) {
            total += counts.get(i);
        }
        return total;
    }

    /** The duration that a share of all stays below, in microseconds. */
    double micros(double share) {
        long rank = (long) Math.ceil(count() * share);
        long seen = 0;
        for (int i = 0; i <= MICROS; i++) {
            seen += counts.get(i);
            if (seen >= rank && seen > 0) {
                return i;
            }
        }
        return Double.NaN;
    }
}
