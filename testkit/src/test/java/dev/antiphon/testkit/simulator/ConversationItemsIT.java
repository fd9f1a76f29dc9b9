package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversationItemsIT {
    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().unpaced().start();
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

    private JsonView add(String id, String moreMembers) {
        client.send(Events.userItem(id, moreMembers));
        JsonView added = client.next();
        if (added.type().equals("conversation.item.added")) {
            assertThat(client.next().type()).isEqualTo("conversation.item.done");
        }
        return added;
    }

    @Test
    void items_take_the_place_they_ask_for() {
        JsonView first = add("a", "");
        JsonView second = add("b", "");
        JsonView front = add("c", ",\"previous_item_id\":\"root\"");
        JsonView between = add("d", ",\"previous_item_id\":\"a\"");
        JsonView last = add("e", "");

        assertThat(first.at("previous_item_id").isNull()).isTrue();
        assertThat(second.text("previous_item_id")).isEqualTo("a");
        assertThat(front.at("previous_item_id").isNull()).isTrue();
        assertThat(between.text("previous_item_id")).isEqualTo("a");
        assertThat(last.text("previous_item_id")).isEqualTo("b");
    }

    @Test
    void item_without_an_id_gets_one() {
        client.send(Events.userText("x"));

        assertThat(client.next().text("item.id")).startsWith("item_");
    }

    @Test
    void place_after_an_unknown_item_and_a_used_id_are_errors() {
        assertThat(add("a", ",\"previous_item_id\":\"nobody\"").text("error.code"))
                .isEqualTo("item_not_found");
        add("a", "");
        assertThat(add("a", "").text("error.param")).isEqualTo("item.id");
    }

    @Test
    void item_is_retrieved_with_its_audio_and_shown_without() {
        client.send(
                "{\"type\":\"conversation.item.create\",\"item\":{\"id\":\"s\",\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"audio\":\"AAECAw==\"}]}}");
        JsonView added = client.next();
        client.send("{\"type\":\"conversation.item.retrieve\",\"item_id\":\"s\"}");

        JsonView retrieved = client.next("conversation.item.retrieved");

        assertThat(added.has("item.content.0.audio")).isFalse();
        assertThat(retrieved.text("item.content.0.audio")).isEqualTo("AAECAw==");
    }

    @Test
    void deleted_item_is_gone() {
        add("a", "");
        client.send("{\"type\":\"conversation.item.delete\",\"item_id\":\"a\"}");
        assertThat(client.next().text("item_id")).isEqualTo("a");

        client.send("{\"type\":\"conversation.item.delete\",\"item_id\":\"a\",\"event_id\":\"again\"}");
        JsonView error = client.next();

        assertThat(error.text("error.code")).isEqualTo("item_not_found");
        assertThat(error.text("error.event_id")).isEqualTo("again");
    }

    @Test
    void truncated_answer_loses_its_transcript_and_its_end() {
        client.send(Events.RESPOND);
        JsonView done = client.next("response.done");
        String id = done.text("response.output.0.id");

        client.send(truncate(id, 0, 500));
        JsonView truncated = client.next("conversation.item.truncated");
        client.send("{\"type\":\"conversation.item.retrieve\",\"item_id\":\"" + id + "\"}");
        JsonView item = client.next("conversation.item.retrieved").at("item");

        assertThat(truncated.number("audio_end_ms")).isEqualTo(500);
        assertThat(item.has("content.0.transcript")).isFalse();
        assertThat(item.text("content.0.audio")).hasSize(500 * 48 / 3 * 4);
    }

    @ParameterizedTest
    @CsvSource({"0, 3600000, audio_end_ms", "1, 10, content_index"})
    void truncation_of_what_is_not_there_is_an_error(int index, int millis, String param) {
        client.send(Events.RESPOND);
        String id = client.next("response.done").text("response.output.0.id");
        client.next();

        client.send(truncate(id, index, millis));

        assertThat(client.next().text("error.param")).isEqualTo(param);
    }

    @Test
    void only_the_assistants_audio_can_be_truncated() {
        add("a", "");

        client.send(truncate("a", 0, 0));

        assertThat(client.next().text("error.code")).isEqualTo("invalid_value");
    }

    @Test
    void session_update_changes_what_is_present_and_null_switches_off() {
        client.send(
                Events.configure(
                        "\"instructions\":\"Be brief.\",\"audio\":{\"input\":{\"transcription\":{\"model\":\"whisper-1\"},\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":0.7}}}"));
        JsonView first = client.next();
        client.send(Events.configure("\"audio\":{\"input\":{\"transcription\":null}},\"tools\":[]"));
        JsonView second = client.next();
        client.send(Events.configure("\"instructions\":\"\""));
        JsonView third = client.next();

        assertThat(first.text("session.audio.input.turn_detection.threshold")).isEqualTo("0.7");
        assertThat(first.number("session.audio.input.turn_detection.silence_duration_ms"))
                .isEqualTo(500);
        assertThat(second.text("session.instructions")).isEqualTo("Be brief.");
        assertThat(second.at("session.audio.input.transcription").isNull()).isTrue();
        assertThat(second.text("session.audio.input.turn_detection.threshold")).isEqualTo("0.7");
        assertThat(third.has("session.instructions")).isTrue();
        assertThat(third.text("session.instructions")).isEmpty();
    }

    @Test
    void model_and_spoken_voice_are_fixed() {
        client.send(Events.configure("\"model\":\"another\""));
        assertThat(client.next().text("error.param")).isEqualTo("session.model");
        client.send(Events.configure("\"audio\":{\"output\":{\"voice\":\"cedar\"}}"));
        assertThat(client.next().text("session.audio.output.voice")).isEqualTo("cedar");
        client.send(Events.RESPOND);
        client.next("rate_limits.updated");

        client.send(Events.configure("\"audio\":{\"output\":{\"voice\":\"marin\"}}"));

        assertThat(client.next().text("error.code")).isEqualTo("cannot_update_voice");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"session.update\",\"session\":{}} | missing_required_parameter | session.type",
                "{\"type\":\"session.update\"} | missing_required_parameter | session",
                "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"modalities\":[]}} | unknown_parameter | session.modalities",
                "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"audio\":{\"input\":{\"turn_detection\":{\"type\":\"server_vad\",\"treshold\":1}}}}} | unknown_parameter | session.audio.input.turn_detection.treshold",
                "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"output_modalities\":[\"text\",\"audio\"]}} | invalid_value | session.output_modalities",
                "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"tools\":[{\"type\":\"function\"}]}} | missing_required_parameter | session.tools[0].name",
                "{\"type\":\"session.quantize\"} | invalid_value | type",
                "{\"type\":42} | invalid_event | type",
                "{} | invalid_event | type",
                "{\"type\":\"response.create\",\"respond\":{}} | unknown_parameter | respond",
                "{\"type\":\"response.cancel\"} | response_cancel_not_active | ''",
                "{\"type\":\"output_audio_buffer.clear\"} | invalid_value | ''",
                "{\"type\":\"input_audio_buffer.append\",\"audio\":\"@@@\"} | invalid_value | audio",
                "{\"type\":\"input_audio_buffer.append\",\"audio\":7} | invalid_value | audio",
                "{\"type\":\"conversation.item.delete\"} | missing_required_parameter | item_id",
                "not json | invalid_event | ''",
                "[1] | invalid_event | ''",
                "{\"type\":\"response.create\"} {} | invalid_event | ''"
            })
    void bad_event_is_answered_with_an_error_and_the_session_lives(String event, String code, String param) {
        client.send(event);
        JsonView error = client.next();

        assertThat(error.type()).isEqualTo("error");
        assertThat(error.text("error.type")).isEqualTo("invalid_request_error");
        assertThat(error.text("error.code")).isEqualTo(code);
        assertThat(error.text("error.param")).isEqualTo(param);
        client.send(Events.configure(""));
        assertThat(client.next().type()).isEqualTo("session.updated");
    }

    @Test
    void second_response_is_refused_by_name_and_nothing_of_it_is_seen() {
        Gate streaming = simulator.holdResponses();
        client.send(Events.RESPOND);
        streaming.awaitReached(TestSocket.SOON);
        client.send("{\"type\":\"response.create\",\"event_id\":\"second\"}");
        JsonView error = client.next("error");
        streaming.open();
        List<JsonView> rest = client.until("rate_limits.updated");

        assertThat(error.text("error.code")).isEqualTo("conversation_already_has_active_response");
        assertThat(error.text("error.event_id")).isEqualTo("second");
        assertThat(rest).extracting(JsonView::type).containsOnlyOnce("response.done");
    }

    private static String truncate(String id, int index, int millis) {
        return "{\"type\":\"conversation.item.truncate\",\"item_id\":\"" + id + "\",\"content_index\":" + index
                + ",\"audio_end_ms\":" + millis + "}";
    }
}
