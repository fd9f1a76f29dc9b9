package dev.antiphon.testkit.simulator.assistant;

import java.time.Duration;

/**
 * How fast the assistant streams.
 *
 * @param timesRealTime 1 sends sound as fast as it plays; 0 means without any wait
 */
public record Pacing(double timesRealTime) {
    private static final int TEXT_DELTA_MILLIS = 80;

    /** Never zero: even without pacing, a delta gives way to events that are already waiting. */
    Duration forAudio(long millis) {
        return timesRealTime == 0 ? Timeline.YIELD : Duration.ofNanos(1 + (long) (millis * 1e6 / timesRealTime));
    }

    Duration forText() {
        return forAudio(TEXT_DELTA_MILLIS);
    }
}
