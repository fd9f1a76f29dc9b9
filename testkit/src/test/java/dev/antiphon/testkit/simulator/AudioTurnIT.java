package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.antiphon.testkit.simulator.persona.Persona;
import dev.antiphon.testkit.simulator.persona.Reply;
import dev.antiphon.testkit.simulator.persona.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AudioTurnIT {
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

    private void speak(int silenceMillis, int speechMillis, int silenceAfterMillis) {
        append(Events.tone(silenceMillis, 0));
        append(Events.tone(speechMillis, 1));
        append(Events.tone(silenceAfterMillis, 0));
    }

    /** In frames of 40 ms, as a microphone would. */
    private void append(byte[] audio) {
        for (int i = 0; i < audio.length; i += 1_920) {
            client.send(Events.append(Arrays.copyOfRange(audio, i, Math.min(audio.length, i + 1_920))));
        }
    }

    @Test
    void turn_is_found_by_its_energy_and_answered() {
        speak(1_000, 800, 700);

        JsonView started = client.next();
        JsonView stopped = client.next();
        JsonView committed = client.next();
        JsonView added = client.next();
        List<JsonView> rest = client.until("response.done");

        assertThat(started.type()).isEqualTo("input_audio_buffer.speech_started");
        assertThat(started.number("audio_start_ms")).isCloseTo(700, within(60L));
        assertThat(stopped.type()).isEqualTo("input_audio_buffer.speech_stopped");
        assertThat(stopped.number("audio_end_ms")).isCloseTo(2_300, within(60L));
        assertThat(committed.type()).isEqualTo("input_audio_buffer.committed");
        assertThat(added.type()).isEqualTo("conversation.item.added");
        assertThat(added.text("item.content.0.type")).isEqualTo("input_audio");
        assertThat(List.of(
                        started.text("item_id"),
                        stopped.text("item_id"),
                        committed.text("item_id"),
                        added.text("item.id")))
                .containsOnly(started.text("item_id"));
        assertThat(rest.get(0).type()).isEqualTo("conversation.item.done");
        assertThat(rest.get(rest.size() - 1).text("response.output.0.content.0.transcript"))
                .isEqualTo("I heard 1.6 seconds of audio.");
    }

    @Test
    void turn_found_is_the_sound_that_was_spoken() {
        speak(1_000, 800, 700);
        String itemId = client.next("input_audio_buffer.committed").text("item_id");
        client.send("{\"type\":\"conversation.item.retrieve\",\"item_id\":\"" + itemId + "\"}");

        byte[] audio = java.util.Base64.getDecoder()
                .decode(client.next("conversation.item.retrieved").text("item.content.0.audio"));

        int loud = 0;
        for (int i = 0; i < audio.length; i += 2) {
            loud += Math.abs((audio[i] & 0xff) | audio[i + 1] << 8) > 100 ? 1 : 0;
        }
        assertThat(audio.length / 48).isCloseTo(1_600, within(80));
        assertThat(loud / 24).isCloseTo(800, within(40));
    }

    @Test
    void several_turns_in_one_append_are_told_apart() {
        List<byte[]> parts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            parts.add(Events.tone(400, 0));
            parts.add(Events.tone(400, 1));
            parts.add(Events.tone(600, 0));
        }
        byte[] all = new byte[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        client.send(Events.configure("\"audio\":{\"input\":{\"turn_detection\":{\"create_response\":false}}}"));
        client.send(Events.append(all));
        client.send("{\"type\":\"input_audio_buffer.clear\"}");

        assertThat(client.until("input_audio_buffer.cleared"))
                .filteredOn(event -> event.type().equals("input_audio_buffer.committed"))
                .hasSize(3);
    }

    @Test
    void quiet_sound_and_clicks_are_no_speech() {
        append(Events.tone(1_000, 0.01));
        append(Events.tone(30, 1));
        append(Events.tone(1_000, 0));
        client.send("{\"type\":\"input_audio_buffer.clear\"}");

        assertThat(client.next().type()).isEqualTo("input_audio_buffer.cleared");
    }

    @Test
    void speech_interrupts_a_running_response() {
        Gate streaming = simulator.holdResponses();
        client.send(Events.RESPOND);
        streaming.awaitReached(TestSocket.SOON);
        append(Events.tone(300, 1));

        List<JsonView> events = client.until("response.done");

        assertThat(events).extracting(JsonView::type).contains("input_audio_buffer.speech_started");
        assertThat(events.get(events.size() - 1).text("response.status")).isEqualTo("cancelled");
        assertThat(events.get(events.size() - 1).text("response.status_details.reason"))
                .isEqualTo("turn_detected");
    }

    @Test
    void speech_that_must_not_interrupt_is_answered_afterwards() {
        Gate streaming = speakWithoutInterrupting();
        streaming.open();

        assertThat(client.next("response.done").text("response.status")).isEqualTo("completed");
        assertThat(client.next("response.done").text("response.output.0.content.0.transcript"))
                .startsWith("I heard");
    }

    @Test
    void turn_waits_for_the_response_in_the_conversation_whatever_else_ends() {
        Gate streaming = speakWithoutInterrupting();
        client.send("{\"type\":\"response.create\",\"response\":{\"conversation\":\"none\"}}");
        String aside = client.next("response.created").text("response.id");
        client.send("{\"type\":\"response.cancel\",\"response_id\":\"" + aside + "\"}");
        assertThat(client.next("response.done").text("response.status")).isEqualTo("cancelled");
        streaming.open();

        assertThat(client.next("response.done").text("response.status")).isEqualTo("completed");
        assertThat(client.next("response.done").text("response.output.0.content.0.transcript"))
                .startsWith("I heard");
    }

    /** A turn that ended while a response is held at the gate. */
    private Gate speakWithoutInterrupting() {
        client.send(Events.configure("\"audio\":{\"input\":{\"turn_detection\":{\"interrupt_response\":false}}}"));
        Gate streaming = simulator.holdResponses();
        client.send(Events.RESPOND);
        streaming.awaitReached(TestSocket.SOON);
        speak(0, 500, 600);
        client.next("input_audio_buffer.committed");
        return streaming;
    }

    @Test
    void push_to_talk_commits_and_responds_on_demand_only() {
        client.send(Events.configure("\"audio\":{\"input\":{\"turn_detection\":null}}"));
        assertThat(client.next().at("session.audio.input.turn_detection").isNull())
                .isTrue();
        append(Events.tone(500, 1));
        append(Events.tone(700, 0));
        client.send("{\"type\":\"input_audio_buffer.commit\"}");
        client.send("{\"type\":\"input_audio_buffer.clear\"}");

        assertThat(client.until("input_audio_buffer.cleared"))
                .extracting(JsonView::type)
                .containsExactly(
                        "input_audio_buffer.committed",
                        "conversation.item.added",
                        "conversation.item.done",
                        "input_audio_buffer.cleared");
        client.send(Events.RESPOND);
        assertThat(client.next("response.done").text("response.output.0.content.0.transcript"))
                .isEqualTo("I heard 1.2 seconds of audio.");
    }

    @Test
    void commit_of_nothing_is_an_error() {
        client.send("{\"type\":\"input_audio_buffer.commit\",\"event_id\":\"mine\"}");

        JsonView error = client.next();

        assertThat(error.text("error.code")).isEqualTo("input_audio_buffer_commit_empty");
        assertThat(error.text("error.event_id")).isEqualTo("mine");
    }

    @Test
    void input_is_transcribed_when_asked_for() {
        client.send(
                Events.configure("\"audio\":{\"input\":{\"transcription\":{\"model\":\"gpt-4o-mini-transcribe\"}}}"));
        speak(200, 500, 600);

        JsonView completed = client.next("conversation.item.input_audio_transcription.completed");

        assertThat(completed.text("transcript")).contains("seconds of speech");
        assertThat(completed.number("usage.total_tokens"))
                .isEqualTo(completed.number("usage.input_tokens") + completed.number("usage.output_tokens"));
    }

    @Test
    void transcription_session_transcribes_and_never_answers() {
        try (TestSocket transcriber = TestSocket.open(simulator, "intent=transcription")) {
            JsonView created = transcriber.next();
            transcriber.send(
                    "{\"type\":\"session.update\",\"session\":{\"type\":\"transcription\",\"audio\":{\"input\":{\"transcription\":{\"model\":\"gpt-4o-transcribe\"},\"turn_detection\":null}}}}");
            transcriber.send(Events.append(Events.tone(500, 1)));
            transcriber.send("{\"type\":\"input_audio_buffer.commit\"}");
            transcriber.send(Events.RESPOND);

            List<JsonView> events = transcriber.until("conversation.item.input_audio_transcription.completed");

            assertThat(created.text("session.type")).isEqualTo("transcription");
            assertThat(created.text("session.object")).isEqualTo("realtime.transcription_session");
            assertThat(events).extracting(JsonView::type).doesNotContain("response.created");
        }
    }

    @Test
    void telephone_audio_is_understood() {
        client.send(Events.configure("\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcmu\"}}}"));
        byte[] silence = new byte[8 * 600];
        Arrays.fill(silence, (byte) 0xff);
        byte[] loud = new byte[8 * 400];
        for (int i = 0; i < loud.length; i++) {
            loud[i] = (byte) (i / 16 % 2 == 0 ? 0x90 : 0x10);
        }
        client.send(Events.append(silence));
        client.send(Events.append(loud));
        client.send(Events.append(silence));

        assertThat(client.next("input_audio_buffer.speech_started").number("audio_start_ms"))
                .isCloseTo(300, within(60L));
        assertThat(client.next("response.done").text("response.output.0.content.0.transcript"))
                .isEqualTo("I heard 1.2 seconds of audio.");
    }

    @Test
    void transcription_carries_log_probabilities_when_they_are_asked_for() {
        client.send(
                Events.configure(
                        "\"include\":[\"item.input_audio_transcription.logprobs\"],"
                                + "\"audio\":{\"input\":{\"transcription\":{\"model\":\"gpt-4o-transcribe\"},\"turn_detection\":null}}"));
        client.send(Events.append(Events.tone(300, 1)));
        client.send("{\"type\":\"input_audio_buffer.commit\"}");

        JsonView delta = client.next("conversation.item.input_audio_transcription.delta");
        JsonView completed = client.next("conversation.item.input_audio_transcription.completed");

        assertThat(delta.text("logprobs.0.token")).isEqualTo(delta.text("delta"));
        assertThat(completed.at("logprobs").size()).isEqualTo(4);
        assertThat(completed.at("logprobs.0.bytes").size())
                .isEqualTo(completed.text("logprobs.0.token").length());
    }

    @Test
    void transcription_with_speakers_comes_in_segments() {
        client.send(
                Events.configure(
                        "\"audio\":{\"input\":{\"transcription\":{\"model\":\"gpt-4o-transcribe-diarize\"},\"turn_detection\":null}}"));
        client.send(Events.append(Events.tone(300, 1)));
        client.send("{\"type\":\"input_audio_buffer.commit\"}");

        JsonView segment = client.next("conversation.item.input_audio_transcription.segment");

        assertThat(segment.text("speaker")).isNotEmpty();
        assertThat(segment.text("text"))
                .isEqualTo(client.next("conversation.item.input_audio_transcription.completed")
                        .text("transcript"));
    }

    @Test
    void transcription_may_fail() {
        Persona deaf = new Persona() {
            @Override
            public Reply reply(Turn turn) {
                return Reply.nothing();
            }

            @Override
            public String transcribe(Duration heard) {
                throw new IllegalStateException("no words");
            }
        };
        try (RealtimeSimulator without =
                        RealtimeSimulator.builder().persona(deaf).start();
                TestSocket speaker = TestSocket.model(without)) {
            speaker.send(Events.configure(
                    "\"audio\":{\"input\":{\"transcription\":{\"model\":\"whisper-1\"},\"turn_detection\":null}}"));
            speaker.send(Events.append(Events.tone(300, 1)));
            speaker.send("{\"type\":\"input_audio_buffer.commit\"}");

            assertThat(speaker.next("conversation.item.input_audio_transcription.failed")
                            .text("error.code"))
                    .isEqualTo("transcription_failed");
        }
    }
}
