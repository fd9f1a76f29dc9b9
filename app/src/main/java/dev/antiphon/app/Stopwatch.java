package dev.antiphon.app;

/** Monotonic time since its construction. */
final class Stopwatch {
    private final long started = System.nanoTime();

    long millis() {
        return (System.nanoTime() - started) / 1_000_000;
    }
}
