package dev.antiphon.transport.webrtc;

import java.time.Duration;

/** The check that all settings share. */
final class Durations {
    private Durations() {}

    static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
