package dev.antiphon.core;

import java.util.concurrent.CompletionStage;

/**
 * The gate of the audio lane, for push-to-talk and for muting. Its commands keep their place between
 * the audio frames and are never dropped by a full lane.
 */
public interface AudioGate {
    /** Frames offered from now on are refused with {@link AudioOffer#PAUSED}; queued ones still go out. */
    void pause();

    /** Frames are taken again. */
    void resume();

    /** Whether the gate is paused. */
    boolean isPaused();

    /** Drops queued frames and empties the server's input buffer. Completes when written. */
    CompletionStage<Void> clear();

    /** Ends the caller's turn after the frames offered so far. Completes when written. */
    CompletionStage<Void> commit();
}
