package dev.antiphon.testkit.simulator.assistant;

import java.time.Duration;
import java.time.Instant;

/** Time as the simulator sees it. Everything that waits or reads a clock goes through here. */
public interface Timeline {
    /** Runs an action later, on the simulator's thread; with no delay after what is already waiting. */
    Timer after(Duration delay, Runnable action);

    Instant now();

    /** A pending action. */
    interface Timer {
        /** Forgets the action; without effect when it has run. */
        void cancel();
    }
}
