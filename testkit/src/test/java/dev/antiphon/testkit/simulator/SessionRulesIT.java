package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.testkit.simulator.persona.Persona;
import dev.antiphon.testkit.simulator.persona.Reply;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the service refuses, and shows, of sessions and responses beyond the common course. */
class SessionRulesIT {
    private static final String FUNCTION =
            "\"output_modalities\":[\"text\"],\"tools\":[{\"type\":\"function\",\"name\":\"lookup\"},"
                    + "{\"type\":\"function\",\"name\":\"other\"}]";

    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().unpaced().start();
    private TestSocket client;

    @BeforeEach
    void connect() {
        client = TestSocket.model(simulator);
    }

    @AfterEach
    void close() {
        client.close();
        simulator.close();
    }

    private JsonView answerTo(String event, String type) {
        client.send(event);
        return client.next(type);
    }

    @Test
    void what_only_requests_have_is_not_shown() {
        JsonView updated = answerTo(
                Events.configure("\"parallel_tool_calls\":true,\"audio\":{\"input\":{\"transcription\":"
                        + "{\"model\":\"gpt-transcribe\",\"keywords\":[\"Ada\"],\"delay\":\"low\"}}}"),
                "session.updated");

        assertThat(updated.at("session").names()).doesNotContain("parallel_tool_calls");
        assertThat(updated.at("session.audio.input.transcription").names()).containsExactly("model");
    }

    @Test
    void realtime_whisper_wants_turns_cut_by_the_client() {
        String whisper = "\"audio\":{\"input\":{\"transcription\":{\"model\":\"gpt-realtime-whisper\"}%s}}";

        assertThat(answerTo(Events.configure(String.format(whisper, "")), "error")
                        .text("error.param"))
                .isEqualTo("session.audio.input.turn_detection");
        answerTo(Events.configure(String.format(whisper, ",\"turn_detection\":null")), "session.updated");
    }

    @Test
    void speed_is_changed_between_turns_only() {
        Gate responses = simulator.holdResponses();
        client.send(Events.userText("Hello"));
        answerTo("{\"type\":\"response.create\"}", "response.created");
        String faster = Events.configure("\"audio\":{\"output\":{\"speed\":1.25}}");

        assertThat(answerTo(faster, "error").text("error.param")).isEqualTo("session.audio.output.speed");

        responses.open();
        client.next("response.done");
        answerTo(faster, "session.updated");
    }

    @Test
    void parts_fit_the_role() {
        JsonView error = answerTo(
                "{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"message\",\"role\":\"assistant\","
                        + "\"content\":[{\"type\":\"input_text\",\"text\":\"x\"}]}}",
                "error");

        assertThat(error.text("error.param")).isEqualTo("item.content[0].type");
    }

    @Test
    void tool_that_must_be_called_is_called() {
        client.send(Events.configure(FUNCTION));
        client.send("{\"type\":\"response.create\",\"response\":"
                + "{\"tool_choice\":{\"type\":\"function\",\"name\":\"other\"}}}");
        assertThat(client.next("response.done").text("response.output.0.name")).isEqualTo("other");

        client.send("{\"type\":\"response.create\",\"response\":{\"tool_choice\":\"required\"}}");
        assertThat(client.next("response.done").text("response.output.0.name")).isEqualTo("lookup");
    }

    @Test
    void response_may_be_cut_short_by_a_filter() {
        Persona persona = turn -> Reply.say("One").then(Reply.cutShort("content_filter"));
        try (RealtimeSimulator filtering =
                        RealtimeSimulator.builder().persona(persona).unpaced().start();
                TestSocket other = TestSocket.model(filtering)) {
            other.send("{\"type\":\"response.create\"}");

            JsonView done = other.next("response.done");

            assertThat(done.text("response.status")).isEqualTo("incomplete");
            assertThat(done.text("response.status_details.reason")).isEqualTo("content_filter");
        }
    }

    @Test
    void ephemeral_key_brings_the_session_it_was_minted_for() {
        String key = JsonView.parse(TestCalls.post(
                                simulator,
                                "/realtime/client_secrets",
                                "application/json",
                                "{\"session\":{\"type\":\"realtime\",\"instructions\":\"Be brief.\"}}",
                                Map.of())
                        .body())
                .text("value");

        try (TestSocket browser = TestSocket.open(simulator, "model=gpt-realtime", key)) {
            assertThat(browser.next().text("session.instructions")).isEqualTo("Be brief.");
        }
    }

    @Test
    void keys_that_a_caller_presses_arrive_without_an_event_id() {
        Call call = simulator.ring("+1");
        TestCalls.post(
                simulator,
                "/realtime/calls/" + call.id() + "/accept",
                "application/json",
                "{\"type\":\"realtime\"}",
                Map.of());
        try (TestSocket sideband = TestSocket.open(simulator, "call_id=" + call.id())) {
            sideband.send(Events.configure(""));
            sideband.next("session.updated");

            call.press("5#");

            JsonView first = sideband.next();
            assertThat(first.type()).isEqualTo("input_audio_buffer.dtmf_event_received");
            assertThat(first.text("event")).isEqualTo("5");
            assertThat(first.has("event_id")).isFalse();
            assertThat(sideband.next().text("event")).isEqualTo("#");
        }
        assertThatThrownBy(() -> call.press("x")).isInstanceOf(IllegalArgumentException.class);
    }
}
