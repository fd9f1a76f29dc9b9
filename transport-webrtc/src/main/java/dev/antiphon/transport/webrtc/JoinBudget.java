package dev.antiphon.transport.webrtc;

import java.time.Duration;

/**
 * What is left of one join: time until its deadline, and failures so far, which lengthen the pauses.
 * A socket that falls over before it has proved itself goes on spending the same budget, so that a
 * server that accepts and cuts for ever meets the deadline too. Confined to the owner.
 */
final class JoinBudget {
    private final Timers timers;
    private final long startNanos;
    private final Duration deadline;
    private final Duration notYetWindow;
    private int failures;

    /**
     * A budget that begins now.
     *
     * @param notYetWindow how long a 404 means "not yet"; zero if the call was visible before
     */
    JoinBudget(Timers timers, Duration deadline, Duration notYetWindow) {
        this(timers, deadline, notYetWindow, 0);
    }

    private JoinBudget(Timers timers, Duration deadline, Duration notYetWindow, int failures) {
        this.failures = failures;
        this.timers = timers;
        this.startNanos = timers.nanoTime();
        this.deadline = deadline;
        this.notYetWindow = notYetWindow;
    }

    /** A new deadline for the same row of failures: time is not what was short. */
    JoinBudget renewed(Duration fresh) {
        return new JoinBudget(timers, fresh, Duration.ZERO, failures);
    }

    /** One more failed attempt. */
    void countFailure() {
        failures++;
    }

    int failures() {
        return failures;
    }

    Duration spent() {
        return Duration.ofNanos(timers.nanoTime() - startNanos);
    }

    Duration left() {
        return deadline.minus(spent());
    }

    Duration deadline() {
        return deadline;
    }

    boolean isNotYet() {
        return spent().compareTo(notYetWindow) < 0;
    }
}
