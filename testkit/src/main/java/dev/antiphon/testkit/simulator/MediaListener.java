package dev.antiphon.testkit.simulator;

/**
 * Hears what happens to a {@link MediaLeg}. Calls come one at a time, on a thread of the peer, and must not
 * block. {@code onEnded} comes at most once and last; nothing comes after the leg was closed.
 */
public interface MediaListener {
    /** Addresses and keys are agreed: sound flows from now on. At most once. */
    void onConnected();

    /**
     * The caller's sound, without gaps: what was lost is concealed, what was not sent is silence.
     *
     * @param samples 24 kHz, one channel; belongs to the listener
     */
    void onSound(short[] samples);

    /** The caller opened the channel for events. */
    void onChannelOpened(String label);

    /** A text message on that channel. */
    void onText(String message);

    /** A binary message on that channel. */
    void onBinary(byte[] message);

    /** The caller closed that channel; the leg goes on. */
    void onChannelClosed();

    /**
     * The leg ended without having been closed here.
     *
     * @param reason one line for people, without anything secret
     */
    void onEnded(String reason);
}
