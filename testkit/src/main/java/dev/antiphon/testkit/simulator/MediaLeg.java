package dev.antiphon.testkit.simulator;

import java.time.Duration;

/**
 * The media side of one call, as the simulator uses it. All methods may be called by any thread, do not
 * block, and do nothing once the leg has ended.
 */
public interface MediaLeg {
    /** An answer without anything behind it. */
    static MediaLeg of(String answer) {
        return () -> answer;
    }

    /** The SDP answer; the same each time. */
    String answer();

    /**
     * Queues sound for the caller, who hears it at its own pace. What comes before the leg is connected is
     * lost.
     *
     * @param samples 24 kHz, one channel; not copied, must not be changed afterwards
     */
    default void play(short[] samples) {}

    /** How long what is queued will still sound. */
    default Duration unplayed() {
        return Duration.ZERO;
    }

    /** Drops what is queued. */
    default void hush() {}

    /**
     * Sends a text message on the open data channel; without one, or when it does not fit, it is lost.
     *
     * @return false if the message is longer than the caller said it could take
     */
    default boolean send(String message) {
        return true;
    }

    /** What was measured so far; still there after the end. */
    default MediaFigures figures() {
        return MediaFigures.NONE;
    }

    /** The call is over. The listener hears nothing more. Called at least once. */
    default void close() {}
}
