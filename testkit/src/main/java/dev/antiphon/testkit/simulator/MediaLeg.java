package dev.antiphon.testkit.simulator;

/**
 * The media side of one call. All methods but {@code answer} are called on the simulator's thread and must
 * not block.
 */
public interface MediaLeg extends AutoCloseable {
    /** An answer without anything behind it. */
    static MediaLeg of(String answer) {
        return new MediaLeg() {
            @Override
            public String answer() {
                return answer;
            }

            @Override
            public void play(short[] samples) {
                // Nobody listens.
            }

            @Override
            public void stopPlaying() {
                // Nothing plays.
            }

            @Override
            public void send(String event) {
                // There is no data channel.
            }

            @Override
            public void close() {
                // There is nothing to release.
            }
        };
    }

    /** The SDP answer. */
    String answer();

    /**
     * Plays the next piece of the assistant's sound behind what was given before. Pieces may come faster
     * than they sound.
     *
     * @param samples 24 kHz mono, linear; the callee may keep the array
     */
    void play(short[] samples);

    /** Forgets what was given to play and has not sounded yet: the caller interrupted. */
    void stopPlaying();

    /** Sends a server event on the data channel. */
    void send(String event);

    /** The call is over. Called at least once. */
    @Override
    void close();
}
