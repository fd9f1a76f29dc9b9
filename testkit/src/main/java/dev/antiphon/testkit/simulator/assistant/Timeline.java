package dev.antiphon.testkit.simulator.assistant;

import java.time.Duration;
import java.time.Instant;

/** Time as the simulator sees it. Everything that waits or reads a clock goes through here. */
public interface Timeline {
    /** The shortest delay: it gives way to what is already waiting and passes even when time stands still. */
    Duration YIELD = Duration.ofNanos(1);

    /** Runs an action later, on the simulator's thread. */
    Timer after(Duration delay, Runnable action);

    Instant now();

    /** A pending action. */
    @FunctionalInterface
    interface Timer {
        /** Forgets the action; without effect when it has run. */
        void cancel();
    }
}
