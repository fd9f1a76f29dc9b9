package dev.antiphon.core;

import java.time.Duration;

/**
 * A place in the model's audio, for devices that report "played up to here" rather than amounts. Take
 * one with {@link Playback#mark} when audio is handed to the device, give it back with
 * {@link Playback#reached} when the device says that it was played.
 *
 * @param itemId the item; empty where nothing was received
 * @param contentIndex the part of the item
 * @param position in that part
 */
public record PlaybackMark(String itemId, int contentIndex, Duration position) {
    static final PlaybackMark NOWHERE = new PlaybackMark("", 0, Duration.ZERO);

    /** Refuses a negative position. */
    public PlaybackMark {
        if (position.isNegative()) {
            throw new IllegalArgumentException("nothing is played backwards: " + position);
        }
    }
}
