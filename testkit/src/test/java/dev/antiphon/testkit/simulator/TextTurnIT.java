package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TextTurnIT {
    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().seed(1).unpaced().start();
    private TestSocket client;

    @BeforeEach
    void connect() {
        client = TestSocket.model(simulator);
        assertThat(client.next().type()).isEqualTo("session.created");
    }

    @AfterEach
    void close() {
        client.close();
        simulator.close();
    }

    @Test
    void spoken_response_has_the_nesting_of_the_service() {
        client.send(
                "{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"hi there\"}]}}");
        client.send("{\"type\":\"response.create\"}");

        List<String> types = client.until("rate_limits.updated").stream()
                .map(JsonView::type)
                .distinct()
                .toList();

        assertThat(types)
                .containsExactly(
                        "conversation.item.added",
                        "conversation.item.done",
                        "response.created",
                        "response.output_item.added",
                        "response.content_part.added",
                        "response.output_audio_transcript.delta",
                        "response.output_audio.delta",
                        "response.output_audio.done",
                        "response.output_audio_transcript.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "response.done",
                        "rate_limits.updated");
    }
}
