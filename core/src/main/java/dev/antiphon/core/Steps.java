package dev.antiphon.core;

import java.util.function.Consumer;

/** Runs steps under a conversation's lock. */
@FunctionalInterface
interface Steps {
    /**
     * Runs one step while holding the lock, then, without it, what the step deferred. Input that has
     * become writable is written.
     */
    void step(Consumer<Deferred> work);
}
