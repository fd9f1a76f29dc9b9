package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestSocket.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time that a test moves: nothing here waits for it. */
class ClockIT {
    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().pace(1).frozenClock().start();
    private final SimulatorClock clock = simulator.clock();

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void session_expires_after_an_hour_of_its_time() {
        try (TestSocket client = TestSocket.model(simulator)) {
            assertThat(client.next("session.created").number("session.expires_at"))
                    .isEqualTo(clock.now().plus(Duration.ofHours(1)).getEpochSecond());

            clock.advance(Duration.ofMinutes(59));
            assertThat(simulator.connections().get(0).sentTypes()).containsExactly("session.created");
            clock.advance(Duration.ofMinutes(1));

            assertThat(client.next().text("error.code")).isEqualTo("session_expired");
            assertThat(client.closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void call_ends_with_its_session() {
        String id = TestCalls.createCall(simulator);
        try (TestSocket sideband = TestSocket.open(simulator, "call_id=" + id)) {
            clock.advance(Duration.ofHours(1));

            assertThat(sideband.next().text("error.code")).isEqualTo("session_expired");
            assertThat(sideband.closeCode()).isEqualTo(1001);
        }
        assertThat(simulator.calls().inState(Call.State.ENDED))
                .extracting(Call::id)
                .containsExactly(id);
    }

    @Test
    void ephemeral_key_expires_when_it_said() {
        String key = JsonView.parse(TestCalls.post(
                                simulator,
                                "/realtime/client_secrets",
                                "application/json",
                                "{\"expires_after\":{\"anchor\":\"created_at\",\"seconds\":60}}",
                                Map.of())
                        .body())
                .text("value");

        clock.advance(Duration.ofSeconds(59));
        assertThat(status(key)).isEqualTo(201);
        clock.advance(Duration.ofSeconds(1));
        assertThat(status(key)).isEqualTo(401);
    }

    private int status(String key) {
        return TestCalls.post(
                        simulator,
                        "/realtime/calls",
                        "application/sdp",
                        TestCalls.OFFER,
                        Map.of("Authorization", "Bearer " + key))
                .statusCode();
    }

    @Test
    void speech_comes_at_the_pace_of_the_clock() {
        try (TestSocket client = TestSocket.model(simulator)) {
            client.send(Events.RESPOND);
            client.next("response.content_part.added");
            Connection connection = simulator.connections().get(0);

            for (int deltas = 1; deltas <= 3; deltas++) {
                clock.awaitDue(Duration.ofMillis(200), SOON);
                clock.advance(Duration.ofMillis(200));
                assertThat(connection.sentTypes().stream().filter("response.output_audio.delta"::equals))
                        .hasSize(deltas);
            }
        }
    }

    @Test
    void silent_user_is_spoken_to_after_the_idle_timeout() {
        try (TestSocket client = TestSocket.model(simulator)) {
            client.send(Events.configure("\"output_modalities\":[\"text\"],\"audio\":{\"input\":{\"turn_detection\":"
                    + "{\"type\":\"server_vad\",\"idle_timeout_ms\":6000}}}"));
            client.next("session.updated");
            client.send(Events.RESPOND);
            client.next("response.content_part.added");
            clock.advance(Duration.ofSeconds(5));
            client.next("response.done");

            clock.advance(Duration.ofSeconds(7));

            assertThat(client.next("input_audio_buffer.timeout_triggered").names())
                    .contains("audio_start_ms", "audio_end_ms", "item_id");
            client.next("response.created");
        }
    }

    @Test
    void one_advance_runs_the_tasks_of_everybody_in_the_order_of_their_time() {
        List<String> ran = new ArrayList<>();
        clock.schedule(Duration.ofSeconds(3), () -> ran.add("third"));
        clock.schedule(Duration.ofSeconds(1), () -> {
            ran.add("first");
            clock.schedule(Duration.ofSeconds(1), () -> ran.add("second"));
        });
        clock.schedule(Duration.ofSeconds(1), () -> ran.add("never")).cancel();
        clock.schedule(Duration.ofSeconds(9), () -> ran.add("later"));

        clock.advance(Duration.ofSeconds(3));

        assertThat(ran).containsExactly("first", "second", "third");
        assertThat(clock.due()).containsExactly(Duration.ofSeconds(6));
        assertThat(clock.advanceToNext()).isTrue();
        assertThat(clock.advanceToNext()).isFalse();
        assertThat(clock.elapsed()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void failure_of_a_task_reaches_whoever_moves_the_clock_after_the_others_ran() {
        List<String> ran = new ArrayList<>();
        clock.schedule(Duration.ofSeconds(1), () -> {
            throw new IllegalStateException("broken");
        });
        clock.schedule(Duration.ofSeconds(2), () -> ran.add("ran"));

        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        assertThat(ran).containsExactly("ran");
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void running_clock_follows_real_time_and_can_be_moved() {
        try (RealtimeSimulator running = RealtimeSimulator.builder().unpaced().start();
                TestSocket client = TestSocket.model(running)) {
            client.next("session.created");
            assertThat(running.clock().isFrozen()).isFalse();

            running.clock().advance(Duration.ofMinutes(61));

            assertThat(client.next("error").text("error.code")).isEqualTo("session_expired");
            assertThat(running.clock().elapsed()).isGreaterThan(Duration.ofMinutes(61));
        }
    }

    @Test
    void rate_limit_comes_back_within_a_minute() {
        try (RealtimeSimulator quick =
                        RealtimeSimulator.builder().unpaced().frozenClock().start();
                TestSocket client = TestSocket.model(quick)) {
            client.send(Events.configure("\"output_modalities\":[\"text\"]"));
            client.next("session.updated");
            long first = remaining(client);
            long second = remaining(client);
            quick.clock().advance(Duration.ofMinutes(1));
            long later = remaining(client);

            assertThat(second).isLessThan(first);
            assertThat(later).isGreaterThan(second);
        }
    }

    private static long remaining(TestSocket client) {
        client.send(Events.RESPOND);
        return client.next("rate_limits.updated").number("rate_limits.0.remaining");
    }
}
