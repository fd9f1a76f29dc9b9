package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway in a process of its own that gets a signal while calls live. */
@Timeout(90)
class ServeStopIT {
    private static final String KEY = "canary-key";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int SIGKILLED = 137;

    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().acceptKeys(KEY).start();

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void f54_a_stop_hangs_up_all_calls() throws Exception {
        try (ServeProcess gateway = ServeProcess.start(simulator, KEY)) {
            joinedCalls(gateway, 3);

            Duration took = gateway.terminate();

            assertThat(gateway.exitCode()).isZero();
            assertThat(took).isLessThan(StopSignal.LIMIT);
            assertThat(simulator.calls().live()).isEmpty();
            assertThat(gateway.errors()).isEmpty();
        }
    }

    @Test
    void f54_a_provider_that_is_silent_to_hang_ups_delays_the_stop_to_ten_seconds_and_each_call_is_told()
            throws Exception {
        try (ServeProcess gateway = ServeProcess.start(simulator, KEY)) {
            joinedCalls(gateway, 3);
            Gate silence = new Gate("hang-up");
            simulator.inflict(Misfortune.hold(silence).at(Moment.HANGUP).always());

            Duration took = gateway.terminate();

            assertThat(gateway.exitCode()).isZero();
            assertThat(took).isLessThan(StopSignal.LIMIT);
            assertThat(silence.arrivals()).isGreaterThanOrEqualTo(3);
            assertThat(simulator.calls().live()).hasSize(3);
            assertThat(leftBehind(gateway)).hasSize(3).doesNotHaveDuplicates();
            assertThat(gateway.errors().toString()).doesNotContain(KEY, "rtc_", "did not stop within");
        }
    }

    @Test
    void f54_a_call_whose_creation_is_not_answered_is_told_at_the_stop() throws Exception {
        try (ServeProcess gateway = ServeProcess.start(simulator, KEY)) {
            Gate creation = simulator.holdCallAnswer();
            var unanswered = gateway.offerAsync();
            creation.awaitReached(SOON);

            Duration took = gateway.terminate();

            assertThat(gateway.exitCode()).isZero();
            assertThat(took).isLessThan(StopSignal.LIMIT);
            assertThat(leftBehind(gateway)).hasSize(1).allMatch(line -> line.contains("request id "));
            assertThat(unanswered.get(SOON.toSeconds(), TimeUnit.SECONDS).statusCode())
                    .isEqualTo(503);
        }
    }

    /** Nothing is kept on disk: after it was killed nobody but the provider knows which calls there were. */
    @Test
    void f54_calls_of_a_killed_gateway_live_on_at_the_provider_and_the_next_one_does_not_know_them() throws Exception {
        List<String> calls;
        try (ServeProcess killed = ServeProcess.start(simulator, KEY)) {
            calls = joinedCalls(killed, 2);

            killed.kill();

            assertThat(killed.exitCode()).isEqualTo(SIGKILLED);
        }
        for (Connection socket : simulator.connections(Connection.Kind.SIDEBAND)) {
            socket.awaitDisconnected(SOON);
        }
        try (ServeProcess next = ServeProcess.start(simulator, KEY)) {
            assertThat(next.get("/health").body()).contains("\"status\":\"up\"", "\"calls\":0");
            assertThat(calls)
                    .allSatisfy(call ->
                            assertThat(next.get(call + "/events").statusCode()).isEqualTo(404));
            next.terminate();
        }
        assertThat(simulator.calls().live()).hasSize(2);
    }

    private List<String> joinedCalls(ServeProcess gateway, int count) throws Exception {
        List<String> paths = new java.util.ArrayList<>();
        for (int n = 1; n <= count; n++) {
            paths.add(gateway.call());
            simulator.awaitConnection(Connection.Kind.SIDEBAND, n, SOON).awaitSent("session.updated", SOON);
        }
        return paths;
    }

    private static List<String> leftBehind(ServeProcess gateway) {
        return gateway.errors().stream()
                .filter(line -> line.startsWith("antiphon: a call may be left at "))
                .toList();
    }
}
