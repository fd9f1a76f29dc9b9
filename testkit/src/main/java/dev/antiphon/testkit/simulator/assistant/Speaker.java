package dev.antiphon.testkit.simulator.assistant;

/** Plays the assistant's sound to the caller of a call. */
public interface Speaker {
    /** The next piece, 24 kHz mono; it may come faster than it sounds. The callee may keep the array. */
    void play(short[] samples);

    /** Forgets what has not sounded yet. */
    void stopPlaying();
}
