package dev.antiphon.transport.webrtc;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;

/**
 * Pauses between attempts: the first, growing by a factor up to the longest, each moved at random by
 * up to the jitter, so that clients cut off together do not come back together.
 *
 * @param first pause after the first failure, at least 10 ms
 * @param factor growth from pause to pause, at least 1
 * @param longest no pause is longer, jitter aside
 * @param jitter share of the pause by which it is moved at random, 0 to below 1
 */
public record BackoffSettings(Duration first, double factor, Duration longest, double jitter) {
    private static final long SHORTEST_MILLIS = 10;

    /** 100 ms, doubled up to 2 s, ±20 %. */
    public static final BackoffSettings DEFAULT =
            new BackoffSettings(Duration.ofMillis(100), 2.0, Duration.ofSeconds(2), 0.2);

    public BackoffSettings {
        if (first.toMillis() < SHORTEST_MILLIS) {
            throw new IllegalArgumentException("the first pause must be at least " + SHORTEST_MILLIS + " ms: " + first);
        }
        if (longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("the longest pause is shorter than the first: " + longest);
        }
        if (!(factor >= 1) || !(jitter >= 0 && jitter < 1)) {
            throw new IllegalArgumentException(
                    "factor must be at least 1 and jitter in [0, 1): " + factor + ", " + jitter);
        }
    }

    /** The same pause after each failure, without jitter. */
    public static BackoffSettings fixed(Duration pause) {
        return new BackoffSettings(pause, 1.0, pause, 0.0);
    }

    /** Pause in milliseconds after the n-th failure in a row, n counted from 1. */
    IntervalFunction intervals() {
        return jitter == 0
                ? IntervalFunction.ofExponentialBackoff(first.toMillis(), factor, longest.toMillis())
                : IntervalFunction.ofExponentialRandomBackoff(first.toMillis(), factor, jitter, longest.toMillis());
    }
}
