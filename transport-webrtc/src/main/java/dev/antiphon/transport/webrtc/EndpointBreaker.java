package dev.antiphon.transport.webrtc;

import dev.antiphon.core.port.Scheduler;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/**
 * Stops connecting to an endpoint that keeps failing, for all conversations at once. Only trouble of
 * the endpoint itself counts: no connection, no TLS, 5xx; what a server refuses or delays for one
 * call does not. Safe for use by any thread; has no thread or timer of its own.
 */
final class EndpointBreaker {
    private final CircuitBreaker breaker;
    private final Duration openFor;

    EndpointBreaker(String host, GuardSettings settings, Scheduler scheduler) {
        this.openFor = settings.openFor();
        this.breaker = CircuitBreaker.of(
                host,
                CircuitBreakerConfig.custom()
                        .failureRateThreshold(settings.failureRate())
                        .slidingWindowSize(settings.window())
                        .minimumNumberOfCalls(settings.minimumCalls())
                        .waitDurationInOpenState(settings.openFor())
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .clock(new MonotonicClock(scheduler))
                        .currentTimestampFunction(clock -> scheduler.nanoTime(), TimeUnit.NANOSECONDS)
                        .build());
    }

    /** Whether a connection may be tried; if so, exactly one of the three methods below must follow. */
    boolean admits() {
        return breaker.tryAcquirePermission();
    }

    /** The endpoint answered, whatever it said. */
    void answered() {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
    }

    void failed(StepFailure failure) {
        if (isTroubleOfTheEndpoint(failure)) {
            breaker.onError(0, TimeUnit.NANOSECONDS, failure.cause());
        } else if (failure.hasStatus()) {
            answered();
        } else {
            notTried();
        }
    }

    /** The attempt was given up before it told anything about the endpoint. */
    void notTried() {
        breaker.releasePermission();
    }

    /** How long it stays shut once it has opened. */
    Duration openFor() {
        return openFor;
    }

    private static boolean isTroubleOfTheEndpoint(StepFailure failure) {
        if (failure.hasStatus()) {
            return failure.status() >= 500;
        }
        return switch (failure.fault()) {
            case CONNECT_FAILED, CONNECT_TIMEOUT, TLS_TIMEOUT -> true;
            default -> false;
        };
    }

    /** The scheduler's time, so that a wall clock that jumps opens and shuts nothing. */
    private static final class MonotonicClock extends Clock {
        private final Scheduler scheduler;
        private final long origin;

        MonotonicClock(Scheduler scheduler) {
            this.scheduler = scheduler;
            this.origin = scheduler.nanoTime();
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(scheduler.nanoTime() - origin);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
