package dev.antiphon.testkit.simulator;

/**
 * What the media peer of a call tells the simulator. Every method returns at once, may be called by any
 * thread, and does nothing after the call has ended; calls of one thread keep their order.
 */
public interface CallMedia {
    /**
     * The next piece of the caller's sound, which turn detection hears as if it had been appended.
     *
     * @param samples 24 kHz mono, linear; not copied
     */
    void heard(short[] samples);

    /** The data channel for events is open: from now on it gets the server events, {@code session.created} first. */
    void channelOpened();

    /** A client event arrived on the data channel. */
    void received(String event);

    /** The caller has gone, which ends the call. */
    void hungUp();
}
