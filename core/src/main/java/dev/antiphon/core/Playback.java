package dev.antiphon.core;

import java.time.Duration;

/**
 * What the caller has heard of the model's audio. Feed it from the audio device; it is what an
 * interruption truncates to. All positions are clamped to what was received.
 */
public interface Playback {
    /** The device played this many more bytes of the session's output format. */
    void playedBytes(int bytes);

    /** The device played this much more. */
    void played(Duration time);

    /** How much of the current item was heard. */
    Duration heard();

    /** How much of the current item was received. */
    Duration received();
}
