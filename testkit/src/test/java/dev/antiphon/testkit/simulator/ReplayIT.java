package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReplayIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Recording RECORDING = Recording.of(List.of(
            "{\"atMillis\":0,\"event\":\"joined\"}",
            "{\"atMillis\":10,\"event\":\"server\",\"json\":{\"type\":\"session.created\",\"event_id\":\"event_1\"}}",
            "{\"atMillis\":20,\"event\":\"client\",\"json\":{\"type\":\"conversation.item.create\",\"event_id\":\"e1\","
                    + "\"item\":{\"id\":\"item_then\",\"content\":[{\"text\":\"xxxx xxxxxxx\"}]}}}",
            "{\"atMillis\":25,\"event\":\"client\",\"json\":{\"type\":\"input_audio_buffer.append\","
                    + "\"audio\":\"AAAA\"}}",
            "{\"atMillis\":30,\"event\":\"server\",\"json\":{\"type\":\"conversation.item.added\","
                    + "\"item\":{\"id\":\"item_then\"}}}",
            "{\"atMillis\":5030,\"event\":\"server\",\"json\":{\"type\":\"error\",\"error\":{\"event_id\":\"e1\"}}}",
            "{\"atMillis\":5040,\"event\":\"closed\",\"initiator\":\"SERVER\",\"code\":4001,\"text\":\"over\"}"));

    private static final String SAID_NOW = "{\"type\":\"conversation.item.create\",\"event_id\":\"e7\","
            + "\"item\":{\"id\":\"item_now\",\"content\":[{\"text\":\"Good morning\"}]}}";

    @Test
    void the_servers_part_comes_again_with_the_ids_of_now() {
        try (RealtimeSimulator simulator = RealtimeSimulator.builder()
                        .replay(Replay.of(RECORDING).unpaced())
                        .start();
                TestSocket socket = TestSocket.model(simulator)) {
            assertThat(socket.next().type()).isEqualTo("session.created");

            socket.send(SAID_NOW);

            assertThat(socket.next("conversation.item.added").text("item.id")).isEqualTo("item_now");
            assertThat(socket.next("error").text("error.event_id")).isEqualTo("e7");
            assertThat(socket.closeCode()).isEqualTo(4001);
        }
    }

    @Test
    void the_pauses_of_the_server_are_its_own_time() {
        try (RealtimeSimulator simulator = RealtimeSimulator.builder()
                        .replay(Replay.of(RECORDING))
                        .frozenClock()
                        .start();
                TestSocket socket = TestSocket.model(simulator)) {
            socket.send(SAID_NOW);
            simulator.journal().awaitSent("session.created", SOON);
            simulator.clock().awaitDue(Duration.ofMillis(5), SOON);
            simulator.clock().advance(Duration.ofMillis(5));
            simulator.journal().awaitSent("conversation.item.added", SOON);

            simulator.clock().awaitDue(Duration.ofSeconds(5), SOON);
            simulator.clock().advance(Duration.ofMillis(4999));
            assertThat(simulator.journal().entries(entry -> entry.isSent("error")))
                    .isEmpty();
            simulator.clock().advance(Duration.ofMillis(1));

            simulator.journal().awaitSent("error", SOON);
        }
    }

    @Test
    void a_strict_replay_names_the_line_that_differs() {
        Replay replay = Replay.of(RECORDING).strict().unpaced();
        try (RealtimeSimulator simulator =
                        RealtimeSimulator.builder().replay(replay).start();
                TestSocket socket = TestSocket.model(simulator)) {
            socket.send("{\"type\":\"response.create\"}");

            assertThat(socket.closeCode()).isEqualTo(1008);
            assertThat(replay.deviations())
                    .containsExactly("line 3 is conversation.item.create, but now came response.create");
        }
    }

    @Test
    void a_strict_replay_takes_masked_words_and_other_ids() {
        Replay replay = Replay.of(RECORDING).strict().unpaced();
        try (RealtimeSimulator simulator =
                        RealtimeSimulator.builder().replay(replay).start();
                TestSocket socket = TestSocket.model(simulator)) {
            socket.send(SAID_NOW);
            socket.send("{\"type\":\"input_audio_buffer.append\",\"audio\":\"9x/z\"}");

            assertThat(socket.closeCode()).isEqualTo(4001);
            assertThat(replay.deviations()).isEmpty();
        }
    }

    @Test
    void a_lenient_replay_passes_over_what_was_not_recorded() {
        try (RealtimeSimulator simulator = RealtimeSimulator.builder()
                        .replay(Replay.of(RECORDING).unpaced())
                        .start();
                TestSocket socket = TestSocket.model(simulator)) {
            socket.send("{\"type\":\"response.create\"}");
            socket.send(SAID_NOW);

            assertThat(socket.closeCode()).isEqualTo(4001);
        }
    }
}
