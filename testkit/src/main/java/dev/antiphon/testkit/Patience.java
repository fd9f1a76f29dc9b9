package dev.antiphon.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How long a test waits for something that must happen. Waiting ends as soon as it has happened.
 *
 * @param limit the longest wait
 */
public record Patience(Duration limit) {
    private static final long FIRST_STEP_NANOS = 50_000;
    private static final long LAST_STEP_NANOS = 2_000_000;

    /** Waits on the calling thread; answers whether the condition became true in time. */
    public boolean until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        long step = FIRST_STEP_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(step);
            step = Math.min(LAST_STEP_NANOS, step * 2);
        }
        return true;
    }
}
