package dev.antiphon.testkit.simulator.assistant;

import java.time.Duration;

/** Where the sound of a call is heard, at the pace of hearing. */
public interface Speaker {
    /** Queues 24 kHz samples, which must not be changed afterwards. */
    void play(short[] samples);

    /** How long what is queued will still sound. */
    Duration unplayed();

    /** Drops what is queued. */
    void hush();
}
