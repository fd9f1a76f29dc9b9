package dev.antiphon.testkit.simulator;

/**
 * Makes the media side of calls: one {@link MediaLeg} for each offer. A simulator that was given none
 * answers with addresses that lead nowhere; {@code dev.antiphon.testkit.media.WebRtcPeer} carries sound and a
 * data channel.
 *
 * <p>Belongs to the simulator it was given to, which closes it when it is closed itself.
 */
@FunctionalInterface
public interface MediaPeer extends AutoCloseable {
    /**
     * Answers an offer. Called once for each call on the simulator's thread; must not block.
     *
     * @param offer the offer, byte for byte; its outer form has been checked
     * @param listener hears what becomes of this leg
     * @return the media of this call, whose answer goes back to the client as it is
     * @throws IllegalArgumentException if the offer cannot be answered; the client gets 400 with the message,
     *     so it must not quote the offer
     */
    MediaLeg answer(String offer, MediaListener listener);

    /** Called after all legs were closed; again does nothing. May block. */
    @Override
    default void close() {}
}
