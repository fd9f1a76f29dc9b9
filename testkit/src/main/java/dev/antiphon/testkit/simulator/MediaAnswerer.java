package dev.antiphon.testkit.simulator;

/**
 * Makes the media side of calls. The default gives a valid answer with nothing behind it; a real media
 * peer can stand in its place.
 */
@FunctionalInterface
public interface MediaAnswerer {
    /**
     * Called once per call on the simulator's thread; must not block.
     *
     * @param offer the offer, byte for byte; its outer form has been checked
     * @param call what the media peer tells the simulator, from now until the leg is closed
     * @return the media of this call, whose answer goes back to the client as it is
     * @throws IllegalArgumentException if the offer cannot be answered; the client gets 400 with the message
     */
    MediaLeg answer(String offer, CallMedia call);
}
