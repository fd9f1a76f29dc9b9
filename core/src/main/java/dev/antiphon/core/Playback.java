package dev.antiphon.core;

import java.time.Duration;

/**
 * What the caller has heard of the model's audio. Feed it from the audio device, by bytes, by time or
 * by marks; it is what an interruption truncates to. Items play in the order in which their audio
 * came. All positions are clamped to what was received, and an interruption or a new control socket
 * starts anew. Safe for use by any thread.
 */
public interface Playback {
    /** The device played this many more bytes of the session's output format. */
    void playedBytes(int bytes);

    /** The device played this much more. */
    void played(Duration time);

    /** The end of what was received so far. */
    PlaybackMark mark();

    /** The device has played everything up to a mark; one of audio that is over changes nothing. */
    void reached(PlaybackMark mark);

    /** How much of the item that plays was heard. */
    Duration heard();

    /** How much of the item that plays was received. */
    Duration received();
}
