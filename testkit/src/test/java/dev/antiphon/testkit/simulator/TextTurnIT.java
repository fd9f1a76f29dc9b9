package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.persona.Persona;
import dev.antiphon.testkit.simulator.persona.Reply;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
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
        JsonView created = client.next();
        assertThat(created.type()).isEqualTo("session.created");
        assertThat(created.text("session.id")).startsWith("sess_");
        assertThat(created.text("session.object")).isEqualTo("realtime.session");
    }

    @AfterEach
    void close() {
        client.close();
        simulator.close();
    }

    @Test
    void spoken_response_has_the_nesting_of_the_service() {
        client.send(Events.userText("hi there"));
        client.send(Events.RESPOND);

        List<String> types =
                client.until("rate_limits.updated").stream().map(JsonView::type).toList();

        assertThat(types.subList(0, 6))
                .containsExactly(
                        "conversation.item.added",
                        "conversation.item.done",
                        "response.created",
                        "response.output_item.added",
                        "conversation.item.added",
                        "response.content_part.added");
        assertThat(types.subList(6, types.size() - 7))
                .containsOnly("response.output_audio_transcript.delta", "response.output_audio.delta")
                .contains("response.output_audio_transcript.delta", "response.output_audio.delta");
        assertThat(types.subList(types.size() - 7, types.size()))
                .containsExactly(
                        "response.output_audio.done",
                        "response.output_audio_transcript.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "conversation.item.done",
                        "response.done",
                        "rate_limits.updated");
    }

    @Test
    void written_response_has_text_deltas_that_make_up_its_text() {
        client.send(Events.configure("\"output_modalities\":[\"text\"]"));
        client.send(Events.userText("what is the weather"));
        client.send(Events.RESPOND);

        List<JsonView> events = client.until("response.done");

        String deltas = events.stream()
                .filter(event -> event.type().equals("response.output_text.delta"))
                .map(event -> event.text("delta"))
                .collect(Collectors.joining());
        assertThat(deltas).isEqualTo("You said: what is the weather");
        assertThat(first(events, "response.output_text.done").text("text")).isEqualTo(deltas);
        assertThat(first(events, "response.content_part.done").text("part.type"))
                .isEqualTo("text");
        assertThat(first(events, "response.done").text("response.output.0.content.0.text"))
                .isEqualTo(deltas);
        assertThat(first(events, "response.done").text("response.output.0.content.0.type"))
                .isEqualTo("output_text");
    }

    @Test
    void sound_of_an_answer_is_as_long_as_its_words_and_neither_silent_nor_clipped() {
        client.send(Events.userText("one two three four five six"));
        client.send(Events.RESPOND);

        List<JsonView> events = client.until("response.done");

        int bytes = 0;
        double energy = 0;
        int peak = 0;
        for (JsonView event : events) {
            if (event.type().equals("response.output_audio.delta")) {
                byte[] pcm = Base64.getDecoder().decode(event.text("delta"));
                assertThat(pcm.length).isLessThanOrEqualTo(9_600);
                bytes += pcm.length;
                for (int i = 0; i < pcm.length; i += 2) {
                    int sample = (pcm[i] & 0xff) | pcm[i + 1] << 8;
                    energy += (double) sample * sample;
                    peak = Math.max(peak, Math.abs(sample));
                }
            }
        }
        int millis = bytes / 48;
        double decibels = 10 * Math.log10(energy / (bytes / 2.0) / (32_768.0 * 32_768));
        assertThat(millis).isBetween(1_200, 6_000);
        assertThat(decibels).isBetween(-30.0, -12.0);
        assertThat(peak).isLessThan(32_000);
    }

    @Test
    void same_seed_and_script_give_the_same_bytes() {
        client.send(Events.userText("again"));
        client.send(Events.RESPOND);
        client.next("response.done");
        List<String> first = withoutSessionTimes(simulator);

        try (RealtimeSimulator twin =
                        RealtimeSimulator.builder().seed(1).unpaced().start();
                TestSocket other = TestSocket.model(twin)) {
            other.send(Events.userText("again"));
            other.send(Events.RESPOND);
            other.next("response.done");

            assertThat(withoutSessionTimes(twin)).isEqualTo(first);
        }
    }

    private static List<String> withoutSessionTimes(RealtimeSimulator simulator) {
        simulator.journal().awaitSent("rate_limits.updated", TestSocket.SOON);
        return simulator.journal().sent(simulator.connections().get(0)).stream()
                .map(entry -> entry.text().replaceAll("\"expires_at\":\\d+", ""))
                .toList();
    }

    @Test
    void usage_adds_up() {
        client.send(Events.userText("hello"));
        client.send(Events.RESPOND);

        JsonView usage = client.next("response.done").at("response.usage");

        assertThat(usage.number("total_tokens"))
                .isEqualTo(usage.number("input_tokens") + usage.number("output_tokens"));
        assertThat(usage.number("input_tokens"))
                .isEqualTo(usage.number("input_token_details.text_tokens")
                        + usage.number("input_token_details.audio_tokens"));
        assertThat(usage.number("output_tokens"))
                .isEqualTo(usage.number("output_token_details.text_tokens")
                        + usage.number("output_token_details.audio_tokens"));
        assertThat(usage.number("output_token_details.audio_tokens")).isPositive();
    }

    @Test
    void every_event_of_a_response_names_it() {
        client.send(Events.RESPOND);

        List<JsonView> events = client.until("response.done");

        String id = first(events, "response.created").text("response.id");
        assertThat(events)
                .filteredOn(event ->
                        event.type().startsWith("response.") && !event.type().matches("response\\.(created|done)"))
                .allSatisfy(event -> assertThat(event.text("response_id")).isEqualTo(id));
        assertThat(events)
                .allSatisfy(event -> assertThat(event.text("event_id")).startsWith("event_"));
    }

    @Test
    void tool_is_called_by_its_name_and_answered_in_the_next_response() {
        client.send(Events.configure(
                "\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}]"));
        client.send(Events.userText("call weather {\"city\":\"Oslo\",\"days\":3}"));
        client.send(Events.RESPOND);
        List<JsonView> events = client.until("response.done");
        JsonView call = first(events, "response.function_call_arguments.done");

        client.send("{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"function_call_output\",\"call_id\":\""
                + call.text("call_id") + "\",\"output\":\"rain\"}}");
        client.send("{\"type\":\"response.create\",\"response\":{\"output_modalities\":[\"text\"]}}");

        assertThat(call.text("name")).isEqualTo("weather");
        assertThat(call.text("arguments")).isEqualTo("{\"city\":\"Oslo\",\"days\":3}");
        assertThat(events)
                .extracting(JsonView::type)
                .containsSubsequence(
                        "response.created",
                        "response.output_item.added",
                        "conversation.item.added",
                        "response.function_call_arguments.delta",
                        "response.function_call_arguments.done",
                        "response.output_item.done",
                        "conversation.item.done",
                        "response.done");
        JsonView item = first(events, "response.done").at("response.output.0");
        assertThat(item.type()).isEqualTo("function_call");
        assertThat(item.text("call_id")).isEqualTo(call.text("call_id"));
        assertThat(client.next("response.output_text.done").text("text")).isEqualTo("The tool answered: rain");
    }

    @Test
    void out_of_band_response_leaves_the_conversation_alone_and_may_run_beside_another() {
        Gate streaming = simulator.holdResponses();
        client.send(Events.RESPOND);
        client.next("response.created");
        client.send(
                "{\"type\":\"response.create\",\"response\":{\"conversation\":\"none\",\"metadata\":{\"topic\":\"side\"},\"output_modalities\":[\"text\"],\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"apart\"}]}]}}");
        JsonView side = client.next("response.created");
        streaming.open();
        List<JsonView> events = client.until("rate_limits.updated");

        assertThat(side.text("response.metadata.topic")).isEqualTo("side");
        assertThat(side.at("response.conversation_id").isNull()).isTrue();
        assertThat(events)
                .filteredOn(event -> event.text("response_id").equals(side.text("response.id")))
                .extracting(JsonView::type)
                .doesNotContain("conversation.item.added");
        assertThat(events)
                .filteredOn(event -> event.type().equals("response.output_text.done"))
                .extracting(event -> event.text("text"))
                .containsExactly("You said: apart");
    }

    @Test
    void cancel_closes_what_is_open_and_says_who_did_it() {
        Gate streaming = simulator.holdResponses();
        client.send(Events.RESPOND);
        streaming.awaitReached(TestSocket.SOON);
        client.send("{\"type\":\"response.cancel\"}");

        List<JsonView> events = client.until("response.done");

        assertThat(events.subList(events.size() - 6, events.size()))
                .extracting(JsonView::type)
                .containsExactly(
                        "response.output_audio.done",
                        "response.output_audio_transcript.done",
                        "response.content_part.done",
                        "response.output_item.done",
                        "conversation.item.done",
                        "response.done");
        JsonView done = events.get(events.size() - 1);
        assertThat(done.text("response.status")).isEqualTo("cancelled");
        assertThat(done.text("response.status_details.reason")).isEqualTo("client_cancelled");
        assertThat(done.text("response.output.0.status")).isEqualTo("incomplete");
        streaming.open();
        client.send(Events.RESPOND);
        assertThat(client.next("response.done").text("response.status")).isEqualTo("completed");
    }

    @Test
    void token_limit_makes_a_response_incomplete() {
        client.send(Events.userText("a rather long text that will be quoted back to us in full length"));
        client.send("{\"type\":\"response.create\",\"response\":{\"max_output_tokens\":4}}");

        JsonView done = client.next("response.done");

        assertThat(done.text("response.status")).isEqualTo("incomplete");
        assertThat(done.text("response.status_details.reason")).isEqualTo("max_output_tokens");
    }

    @Test
    void telephone_audio_is_a_sixth_of_the_size() {
        client.send(Events.configure("\"audio\":{\"output\":{\"format\":{\"type\":\"audio/pcmu\"}}}"));
        client.send(Events.RESPOND);

        JsonView delta = client.next("response.output_audio.delta");

        assertThat(Base64.getDecoder().decode(delta.text("delta"))).hasSize(1_600);
    }

    @Test
    void persona_may_say_call_and_fail_in_one_response() {
        Persona odd = turn -> Reply.say("Wait.").thenCall("look", "{}").thenFail("server_error", "overloaded");
        try (RealtimeSimulator other =
                        RealtimeSimulator.builder().persona(odd).unpaced().start();
                TestSocket socket = TestSocket.model(other)) {
            socket.send(Events.RESPOND);

            JsonView done = socket.next("response.done");

            assertThat(done.text("response.status")).isEqualTo("failed");
            assertThat(done.text("response.status_details.error.code")).isEqualTo("overloaded");
            assertThat(done.at("response.output").elements())
                    .extracting(JsonView::type)
                    .containsExactly("message", "function_call");
        }
    }

    @Test
    void persona_that_throws_fails_the_response_and_not_the_session() {
        Persona broken = turn -> {
            throw new IllegalStateException("no idea");
        };
        try (RealtimeSimulator other =
                        RealtimeSimulator.builder().persona(broken).start();
                TestSocket socket = TestSocket.model(other)) {
            socket.send(Events.RESPOND);
            assertThat(socket.next("response.done").text("response.status_details.error.code"))
                    .isEqualTo("persona_failed");

            socket.send(Events.configure(""));
            assertThat(socket.next("session.updated").type()).isEqualTo("session.updated");
        }
    }

    private static JsonView first(List<JsonView> events, String type) {
        return events.stream()
                .filter(event -> event.type().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + type));
    }
}
