package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TranslationIT {
    private final RealtimeSimulator simulator = RealtimeSimulator.start();
    private final TestSocket client = TestSocket.at(simulator, "/translations?model=gpt-realtime-translate");

    @AfterEach
    void close() {
        client.close();
        simulator.close();
    }

    private void append(int millis, double amplitude) {
        client.send("{\"type\":\"session.input_audio_buffer.append\",\"audio\":\""
                + Base64.getEncoder().encodeToString(Events.tone(millis, amplitude)) + "\"}");
    }

    @Test
    void session_says_what_it_is() {
        JsonView created = client.next("session.created");

        assertThat(created.text("session.type")).isEqualTo("translation");
        assertThat(created.text("session.model")).isEqualTo("gpt-realtime-translate");
        assertThat(simulator.connections(Connection.Kind.TRANSLATION)).hasSize(1);
    }

    @Test
    void speech_comes_back_as_words_and_sound_without_being_asked_for() {
        client.send("{\"type\":\"session.update\",\"session\":{\"audio\":{\"input\":{\"transcription\":"
                + "{\"model\":\"gpt-4o-transcribe\"}},\"output\":{\"language\":\"de\"}}}}");
        assertThat(client.next("session.updated").text("session.audio.output.language"))
                .isEqualTo("de");

        append(800, 1);
        append(800, 0);
        JsonView input = client.next("session.input_transcript.delta");
        JsonView output = client.next("session.output_transcript.delta");
        JsonView sound = client.next("session.output_audio.delta");
        client.send("{\"type\":\"session.close\"}");
        List<JsonView> rest = client.until("session.closed");

        assertThat(input.text("delta")).contains("seconds of speech");
        assertThat(output.number("elapsed_ms")).isGreaterThanOrEqualTo(800);
        assertThat(sound.text("format")).isEqualTo("pcm16");
        assertThat(sound.number("sample_rate")).isEqualTo(24_000);
        assertThat(rest).extracting(JsonView::type).doesNotContain("error");
        assertThat(client.closeCode()).isEqualTo(1000);
    }

    @Test
    void events_of_a_conversation_are_unknown_here() {
        client.send("{\"type\":\"response.create\",\"event_id\":\"mine\"}");

        assertThat(client.next("error").text("error.event_id")).isEqualTo("mine");
    }

    @Test
    void secrets_for_translation_name_their_model() {
        Map<String, String> headers = Map.of();
        HttpResponse<String> without = TestCalls.post(
                simulator, "/realtime/translations/client_secrets", "application/json", "{\"session\":{}}", headers);
        HttpResponse<String> minted = TestCalls.post(
                simulator,
                "/realtime/translations/client_secrets",
                "application/json",
                "{\"session\":{\"model\":\"gpt-realtime-translate\"}}",
                headers);

        assertThat(without.statusCode()).isEqualTo(400);
        assertThat(JsonView.parse(without.body()).text("error.param")).isEqualTo("session.model");
        assertThat(JsonView.parse(minted.body()).text("session.type")).isEqualTo("translation");
        String key = JsonView.parse(minted.body()).text("value");
        try (TestSocket browser = TestSocket.at(simulator, "/translations?model=gpt-realtime-translate", key)) {
            assertThat(browser.next().type()).isEqualTo("session.created");
        }
    }
}
