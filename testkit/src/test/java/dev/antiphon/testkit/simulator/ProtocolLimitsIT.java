package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProtocolLimitsIT {
    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().unpaced().start();
    private final TestSocket client = TestSocket.model(simulator);

    @AfterEach
    void close() {
        client.close();
        simulator.close();
    }

    private String paramOfMetadata(String metadata) {
        client.send("{\"type\":\"response.create\",\"response\":{\"metadata\":{" + metadata + "}}}");
        return client.next("error").text("error.param");
    }

    @Test
    void metadata_has_at_most_16_pairs_of_64_and_512_characters() {
        String many =
                IntStream.range(0, 17).mapToObj(i -> "\"k" + i + "\":\"v\"").collect(Collectors.joining(","));

        assertThat(paramOfMetadata(many)).isEqualTo("response.metadata");
        assertThat(paramOfMetadata("\"a\":\"" + "x".repeat(513) + "\"")).isEqualTo("response.metadata.a");
        assertThat(paramOfMetadata("\"" + "k".repeat(65) + "\":\"x\"")).startsWith("response.metadata.kkk");
        assertThat(paramOfMetadata("\"a\":1")).isEqualTo("response.metadata.a");
    }

    @Test
    void append_carries_at_most_15_mebibytes() {
        client.send(Events.append(new byte[15 * 1024 * 1024 + 2]));

        assertThat(client.next("error").text("error.param")).isEqualTo("audio");
    }

    @Test
    void tools_are_not_called_when_the_choice_is_none() {
        client.send(Events.configure("\"tools\":[{\"type\":\"function\",\"name\":\"look\"}],\"tool_choice\":\"none\""));
        client.send(Events.userText("call look"));
        client.send(Events.RESPOND);

        assertThat(client.next("response.done").text("response.output.0.type")).isEqualTo("message");
    }

    @Test
    void secret_with_an_unknown_member_is_refused() {
        var response =
                TestCalls.post(simulator, "/realtime/client_secrets", "application/json", "{\"expires\":60}", Map.of());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(TestCalls.error(response).text("param")).isEqualTo("expires");
    }
}
