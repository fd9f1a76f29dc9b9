package dev.antiphon.transport.webrtc;

import java.time.Duration;

/**
 * How an endpoint in trouble is spared, and we with it.
 *
 * @param failureRate percentage of failed connections above which the breaker opens
 * @param window how many connections the rate is counted over
 * @param minimumCalls connections before the rate counts at all
 * @param openFor how long nothing is tried once the breaker is open
 * @param simultaneousJoins joins on their way at the same time; more wait their turn
 */
public record GuardSettings(float failureRate, int window, int minimumCalls, Duration openFor, int simultaneousJoins) {

    /** Opens at 80 % of at least 20 connections out of 50, for 500 ms; 1,024 joins at a time. */
    public static final GuardSettings DEFAULT = new GuardSettings(80, 50, 20, Duration.ofMillis(500), 1_024);

    public GuardSettings {
        if (!(failureRate > 0 && failureRate <= 100)) {
            throw new IllegalArgumentException("failureRate must be in (0, 100]: " + failureRate);
        }
        if (window < 1 || minimumCalls < 1 || minimumCalls > window || simultaneousJoins < 1) {
            throw new IllegalArgumentException("window, minimumCalls (at most window) and simultaneousJoins must be"
                    + " positive: " + window + ", " + minimumCalls + ", " + simultaneousJoins);
        }
        Durations.positive("openFor", openFor);
    }

    public GuardSettings withSimultaneousJoins(int joins) {
        return new GuardSettings(failureRate, window, minimumCalls, openFor, joins);
    }

    public GuardSettings withBreaker(float rate, int ofCalls, int minimum, Duration pause) {
        return new GuardSettings(rate, ofCalls, minimum, pause, simultaneousJoins);
    }
}
