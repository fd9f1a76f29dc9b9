package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.testkit.ManualScheduler;
import dev.antiphon.testkit.ThreadCensus;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointBreakerTest {
    private static final Duration OPEN_FOR = Duration.ofMillis(500);

    private final ManualScheduler time = new ManualScheduler();
    private final EndpointBreaker breaker =
            new EndpointBreaker("server.test", GuardSettings.DEFAULT.withBreaker(50, 10, 4, OPEN_FOR), time);

    @Test
    void endpoint_that_keeps_failing_is_left_alone() {
        fail(4, network(Fault.CONNECT_FAILED));

        assertThat(breaker.admits()).isFalse();
    }

    @Test
    void endpoint_is_tried_again_after_its_pause_in_our_own_time() {
        fail(4, network(Fault.CONNECT_FAILED));

        time.advance(OPEN_FOR.plusMillis(1));

        assertThat(breaker.admits()).isTrue();
        breaker.answered();
        assertThat(breaker.admits()).isTrue();
        breaker.answered();
        assertThat(breaker.admits()).isTrue();
    }

    @Test
    void trial_after_the_pause_brings_no_thread() {
        ThreadCensus before = ThreadCensus.now();
        fail(4, network(Fault.CONNECT_FAILED));
        time.advance(OPEN_FOR.plusMillis(1));

        assertThat(breaker.admits()).isTrue();

        assertThat(before.newcomers()).isEmpty();
    }

    @Test
    void server_errors_count_as_trouble() {
        fail(4, refused(502));

        assertThat(breaker.admits()).isFalse();
    }

    @Test
    void what_concerns_one_call_does_not_count() {
        fail(20, refused(404));
        fail(20, refused(401));
        fail(20, refused(429));
        fail(20, network(Fault.UPGRADE_TIMEOUT));
        fail(20, network(Fault.CONNECTION_LOST));

        assertThat(breaker.admits()).isTrue();
    }

    private void fail(int times, StepFailure failure) {
        for (int i = 0; i < times; i++) {
            assertThat(breaker.admits()).isTrue();
            breaker.failed(failure);
        }
    }

    private static StepFailure network(Fault fault) {
        return StepFailure.network(new TransportException(fault, "test"), false);
    }

    private static StepFailure refused(int status) {
        return StepFailure.refused(status, Optional.empty(), new TransportException(Fault.UPGRADE_REFUSED, "test"));
    }
}
