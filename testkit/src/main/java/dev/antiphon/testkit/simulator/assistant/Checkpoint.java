package dev.antiphon.testkit.simulator.assistant;

/** A place in a response where somebody outside may make it wait. */
@FunctionalInterface
public interface Checkpoint {
    /** Called when a response has sent its first delta; it goes on when {@code onward} is run. */
    void streaming(Runnable onward);
}
