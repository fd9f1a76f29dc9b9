package dev.antiphon.transport.webrtc;

import java.time.Duration;

/**
 * How the control socket of a call is joined, and joined again after a loss.
 *
 * @param attemptTimeout longest time of one attempt; each step of it (credentials, TCP, TLS, upgrade)
 *     also has the socket's own limit
 * @param deadline longest time from the answer to the joined socket, pauses included
 * @param rejoinDeadline the same for a join after a loss; zero switches re-joining off
 * @param callVisibleWithin how long after the answer a 404 means "not yet"; after it the call is not found
 * @param maxAttempts attempts of one join; {@link Integer#MAX_VALUE} leaves it to the deadline
 * @param backoff pauses between attempts
 * @param readiness what makes a socket joined
 * @param settleTime how long queued input waits for the first sign of life of a fresh socket
 */
public record JoinSettings(
        Duration attemptTimeout,
        Duration deadline,
        Duration rejoinDeadline,
        Duration callVisibleWithin,
        int maxAttempts,
        BackoffSettings backoff,
        Readiness readiness,
        Duration settleTime) {

    /** 10 s an attempt, 30 s in all, the same for a re-join, 404 is "not yet" all the time. */
    public static final JoinSettings DEFAULT = new JoinSettings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Integer.MAX_VALUE,
            BackoffSettings.DEFAULT,
            Readiness.UPGRADED,
            Duration.ofMillis(300));

    /** What makes a socket joined. */
    public enum Readiness {
        /** The server accepted the upgrade (101). */
        UPGRADED,
        /**
         * The server accepted the upgrade and sent an event; until then nothing is written, and a
         * socket that stays silent for the attempt's time counts as a failed attempt. Only for
         * servers that greet with {@code session.created}.
         */
        GREETED
    }

    public JoinSettings {
        Durations.positive("attemptTimeout", attemptTimeout);
        Durations.positive("deadline", deadline);
        if (rejoinDeadline.isNegative() || callVisibleWithin.isNegative() || settleTime.isNegative()) {
            throw new IllegalArgumentException("rejoinDeadline, callVisibleWithin and settleTime must not be negative: "
                    + rejoinDeadline + ", " + callVisibleWithin + ", " + settleTime);
        }
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts must be at least 1: " + maxAttempts);
        }
    }

    boolean rejoins() {
        return !rejoinDeadline.isZero();
    }

    public JoinSettings withAttemptTimeout(Duration timeout) {
        return new JoinSettings(
                timeout, deadline, rejoinDeadline, callVisibleWithin, maxAttempts, backoff, readiness, settleTime);
    }

    public JoinSettings withDeadline(Duration total) {
        return new JoinSettings(
                attemptTimeout, total, rejoinDeadline, callVisibleWithin, maxAttempts, backoff, readiness, settleTime);
    }

    public JoinSettings withRejoinDeadline(Duration total) {
        return new JoinSettings(
                attemptTimeout, deadline, total, callVisibleWithin, maxAttempts, backoff, readiness, settleTime);
    }

    /** A lost socket ends the conversation. */
    public JoinSettings withoutRejoin() {
        return withRejoinDeadline(Duration.ZERO);
    }

    public JoinSettings withCallVisibleWithin(Duration window) {
        return new JoinSettings(
                attemptTimeout, deadline, rejoinDeadline, window, maxAttempts, backoff, readiness, settleTime);
    }

    public JoinSettings withMaxAttempts(int attempts) {
        return new JoinSettings(
                attemptTimeout, deadline, rejoinDeadline, callVisibleWithin, attempts, backoff, readiness, settleTime);
    }

    public JoinSettings withBackoff(BackoffSettings pauses) {
        return new JoinSettings(
                attemptTimeout,
                deadline,
                rejoinDeadline,
                callVisibleWithin,
                maxAttempts,
                pauses,
                readiness,
                settleTime);
    }

    public JoinSettings withReadiness(Readiness required) {
        return new JoinSettings(
                attemptTimeout,
                deadline,
                rejoinDeadline,
                callVisibleWithin,
                maxAttempts,
                backoff,
                required,
                settleTime);
    }

    public JoinSettings withSettleTime(Duration time) {
        return new JoinSettings(
                attemptTimeout, deadline, rejoinDeadline, callVisibleWithin, maxAttempts, backoff, readiness, time);
    }
}
