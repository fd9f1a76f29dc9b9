package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every event of the published vectors is understood; what is refused is refused for its meaning. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientVectorsIT {
    private static final String MARKER = "{\"type\":\"input_audio_buffer.clear\"}";
    /** Errors that only say that an item, a buffer or a response is not there, or must not change. */
    private static final Set<String> ABOUT_STATE = Set.of(
            "item_not_found",
            "input_audio_buffer_commit_empty",
            "response_cancel_not_active",
            "conversation_already_has_active_response",
            "invalid_value");

    private RealtimeSimulator simulator;

    @BeforeAll
    void start() {
        simulator = RealtimeSimulator.builder().unpaced().start();
    }

    @AfterAll
    void stop() {
        simulator.close();
    }

    static Stream<String> clientEvents() throws IOException {
        return lines("client-events.jsonl");
    }

    static Stream<String> hostileEvents() throws IOException {
        return lines("hostile-client.jsonl");
    }

    private static Stream<String> lines(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ClientVectorsIT.class.getResourceAsStream("/vectors/" + name), name)) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(all.split("\n", -1)).filter(line -> !line.isBlank());
        }
    }

    @ParameterizedTest
    @MethodSource("clientEvents")
    void event_of_the_protocol_is_understood(String line) {
        JsonView event = JsonView.parse(line).at("json");
        String model = event.text("session.model").isEmpty() ? "m" : event.text("session.model");
        boolean transcription = event.text("session.type").equals("transcription");

        try (TestSocket client =
                TestSocket.open(simulator, transcription ? "intent=transcription" : "model=" + model)) {
            client.next("session.created");
            client.send(event.json());
            client.send(MARKER);

            List<JsonView> answers = client.until("input_audio_buffer.cleared");
            for (JsonView answer : answers) {
                if (answer.type().equals("error")) {
                    assertThat(answer.text("error.code")).isIn(ABOUT_STATE);
                    assertThat(answer.text("error.param")).isNotEqualTo("type");
                    assertThat(answer.text("error.event_id")).isEqualTo(event.text("event_id"));
                }
            }
            if (event.type().equals("session.update") && !isRefusedForItsTurns(event)) {
                assertThat(answers.get(0).type()).isEqualTo("session.updated");
            }
        }
    }

    /** Two generated events fit the schema and ask for what this model does not do. */
    private static boolean isRefusedForItsTurns(JsonView event) {
        JsonView input = event.at("session.audio.input");
        return input.text("transcription.model").equals("gpt-realtime-whisper") && input.has("turn_detection.type");
    }

    @ParameterizedTest
    @MethodSource("hostileEvents")
    void hostile_event_is_answered_with_an_error_and_the_socket_stays(String line) {
        String raw = JsonView.parse(line).text("raw");
        try (TestSocket client = TestSocket.model(simulator)) {
            client.next("session.created");
            client.send(raw);
            client.send(MARKER);

            JsonView error = client.next();
            assertThat(error.type()).isEqualTo("error");
            assertThat(error.text("error.event_id"))
                    .isEqualTo(JsonView.parse(raw).text("event_id"));
            assertThat(client.next().type()).isEqualTo("input_audio_buffer.cleared");
        }
    }
}
