package dev.antiphon.core;

import static dev.antiphon.core.Stand.fate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.RateLimitsUpdated;
import dev.antiphon.core.model.RateLimitsUpdated.RateLimit;
import dev.antiphon.core.model.ResponseConfig;
import dev.antiphon.core.model.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Responses, one at a time; tool calls, each answered once; interruptions; the gate of the microphone. */
class ResponsesTest {
    private final Stand stand = new Stand(builder -> builder.listenerExecutor(Runnable::run));
    private final RecordingListener listener = new RecordingListener();
    private final Conversation conversation = stand.conversations.start(Stand.DIRECT, listener);
    private final FakeSocket socket = stand.transport.socket();

    /** What was written after {@code session.update}. */
    private List<String> written() {
        List<String> all = Events.names(socket.written());
        return all.subList(1, all.size());
    }

    private void call(String callId) {
        stand.receive(Events.itemDone(Events.call(callId)));
    }

    @Nested
    class Requests {
        @Test
        @DisplayName("T-67 a tool output that wants a response is followed by one request while idle")
        void a_tool_output_that_wants_a_response_is_followed_by_one_request() {
            call("call_1");

            conversation.sendToolOutput("call_1", "X");

            assertThat(written()).containsExactly("X", "response.create");
        }

        @Test
        @DisplayName("T-68 three outputs while a response runs go out at once, their one request after its end")
        void three_outputs_while_a_response_runs_make_one_request_after_its_end() {
            List.of("call_1", "call_2", "call_3").forEach(ResponsesTest.this::call);
            stand.receive(Events.created("resp_1"));

            conversation.sendToolOutput("call_1", "X");
            conversation.sendToolOutput("call_2", "Y");
            conversation.sendToolOutput("call_3", "Z");
            assertThat(written()).containsExactly("X", "Y", "Z");
            stand.receive(Events.done("resp_1"));

            assertThat(written()).containsExactly("X", "Y", "Z", "response.create");
        }

        @Test
        @DisplayName("T-69 a response that was cancelled or failed lets the next request go too")
        void a_response_that_was_cancelled_or_failed_lets_the_next_request_go() {
            for (String status : List.of("cancelled", "failed", "incomplete")) {
                stand.receive(Events.created("resp_" + status));
                conversation.requestResponse();
                int before = written().size();

                stand.receive(Events.done("resp_" + status, status));

                assertThat(written()).as(status).hasSize(before + 1).last().isEqualTo("response.create");
                stand.receive(Events.created("resp_ours"));
                stand.receive(Events.done("resp_ours"));
            }
        }

        @Test
        @DisplayName("T-70 a text alone asks for no response, idle or while one runs or after a cancel")
        void a_text_alone_asks_for_no_response() {
            conversation.sendText("A");
            stand.receive(Events.created("resp_1"));
            conversation.sendText("B");
            stand.receive(Events.done("resp_1", "cancelled"));
            conversation.sendText("marker");

            assertThat(written()).containsExactly("A", "B", "marker");
        }

        @Test
        void a_request_that_the_server_refuses_fails_with_its_code_and_frees_the_gate() {
            CompletionStage<String> refused = conversation.requestResponse();
            String eventId = socket.written().get(1).eventId();

            stand.receive(Events.error("invalid_value", eventId));
            conversation.requestResponse();

            assertThatThrownBy(() -> Stand.get(refused)).hasRootCauseInstanceOf(RejectedException.class);
            assertThat(written()).containsExactly("response.create", "response.create");
        }

        @Test
        @DisplayName("T-56 a request that met a running response goes out again after its end")
        void a_request_that_met_a_running_response_goes_out_again() {
            CompletionStage<String> response = conversation.requestResponse();
            stand.receive(Events.error(
                    ResponseGate.ALREADY_ACTIVE, socket.written().get(1).eventId()));
            assertThat(written()).hasSize(1);

            stand.receive(Events.done("resp_other"));
            stand.receive(Events.created("resp_ours"));

            assertThat(Stand.get(response)).isEqualTo("resp_ours");
            assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
        }

        @Test
        void a_request_with_overrides_is_never_merged() {
            stand.receive(Events.created("resp_1"));
            conversation.requestResponse(ResponseConfig.builder().build());
            conversation.requestResponse(ResponseConfig.builder().build());
            stand.receive(Events.done("resp_1"));
            stand.receive(Events.created("resp_2"));

            stand.receive(Events.done("resp_2"));

            assertThat(written()).containsExactly("response.create", "response.create");
        }

        @Test
        void a_server_that_says_nothing_about_a_request_frees_the_gate_at_the_deadline() {
            CompletionStage<String> unanswered = conversation.requestResponse();

            stand.pass(ResponseGate.ANSWER_DEADLINE);
            conversation.requestResponse();

            assertThatThrownBy(() -> Stand.get(unanswered)).hasMessageContaining("CONFIRMATION_OVERDUE");
            assertThat(written()).containsExactly("response.create", "response.create");
        }
    }

    @Nested
    class Interruptions {
        @Test
        @DisplayName("T-71 an interruption cancels and truncates at the position that the caller heard")
        void an_interruption_cancels_and_truncates_where_the_caller_heard() {
            stand.receive(Events.created("resp_1"));
            stand.receive(Events.audio("item_1", 48_000));

            conversation.interrupt(Duration.ofMillis(300));

            assertThat(written()).containsExactly("response.cancel", "truncate item_1 300");
        }

        @Test
        @DisplayName("T-71 a position beyond what was received is clamped, and zero truncates nothing")
        void a_position_is_clamped_and_zero_truncates_nothing() {
            stand.receive(Events.audio("item_1", 48_000));
            conversation.interrupt(Duration.ofHours(1));
            stand.receive(Events.audio("item_2", 48_000));

            conversation.interrupt(Duration.ZERO);

            assertThat(written()).containsExactly("truncate item_1 1000");
        }

        @Test
        @DisplayName("T-71 a truncation that the server refuses ends nothing")
        void a_truncation_that_the_server_refuses_ends_nothing() {
            stand.receive(Events.audio("item_1", 48_000));
            conversation.interrupt(Duration.ofMillis(300));

            stand.receive(Events.error("invalid_value", socket.written().get(1).eventId()));

            assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
        }

        @Test
        void what_the_device_played_is_the_position_by_bytes_by_time_and_by_marks() {
            stand.receive(Events.audio("item_1", 48_000));
            conversation.playback().playedBytes(4_800);
            conversation.playback().played(Duration.ofMillis(150));
            assertThat(conversation.playback().heard()).isEqualTo(Duration.ofMillis(250));
            PlaybackMark end = conversation.playback().mark();

            conversation.playback().reached(end);

            assertThat(conversation.playback().heard()).isEqualTo(Duration.ofSeconds(1));
        }

        @Test
        void a_new_connection_forgets_what_was_playing() {
            stand.receive(Events.audio("item_1", 48_000));
            conversation.playback().playedBytes(4_800);

            stand.transport.server().onJoining(1);

            assertThat(conversation.playback().heard()).isZero();
            assertThat(conversation.playback().received()).isZero();
        }

        @Test
        void a_response_that_was_asked_for_and_did_not_begin_is_cancelled_as_it_begins() {
            conversation.requestResponse();
            CompletionStage<Void> cancelled = conversation.cancelResponse();
            assertThat(written()).containsExactly("response.create");

            stand.receive(Events.created("resp_1"));

            Stand.get(cancelled);
            assertThat(written()).containsExactly("response.create", "response.cancel");
        }
    }

    @Nested
    class ToolCalls {
        @Test
        @DisplayName("T-72 several open calls are answered each by its own id")
        void several_open_calls_are_answered_each_by_its_own_id() {
            List.of("call_1", "call_2").forEach(ResponsesTest.this::call);

            Receipt second = conversation.sendHandoffOutput(HandoffOutput.silent("call_2", "Y"));
            Receipt first = conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "X"));

            assertThat(List.of(first.isAccepted(), second.isAccepted())).containsOnly(true);
            assertThat(written()).containsExactly("Y", "X");
        }

        @Test
        @DisplayName("T-72 an answer to an unknown call, or a second one, is refused and not sent")
        void an_answer_to_an_unknown_call_or_a_second_one_is_refused() {
            call("call_1");
            conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "X"));

            Receipt again = conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "X"));
            Receipt unknown = conversation.sendHandoffOutput(HandoffOutput.silent("call_9", "Z"));

            assertThat(fate(again)).isEqualTo("NOT_SENT(ALREADY_ANSWERED)");
            assertThat(fate(unknown)).isEqualTo("NOT_SENT(UNKNOWN_CALL)");
            assertThat(written()).containsExactly("X");
        }

        @Test
        void an_answer_survives_an_interruption_and_a_new_connection_and_is_sent_once() {
            call("call_1");
            conversation.interrupt();
            stand.transport.server().onJoining(1);
            conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "X"));

            FakeSocket next = stand.transport.socket();
            Receipt again = conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "X"));

            assertThat(Events.names(next.written())).containsExactly("session.update", "X");
            assertThat(fate(again)).isEqualTo("NOT_SENT(ALREADY_ANSWERED)");
        }

        @Test
        void an_answer_that_the_server_rejects_leaves_its_call_open() {
            call("call_1");
            Receipt rejected = conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "X"));
            stand.receive(Events.error("invalid_value", rejected.eventId()));

            Receipt again = conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "Y"));

            assertThat(again.isAccepted()).isTrue();
        }
    }

    @Nested
    class Microphone {
        private final AudioGate gate = conversation.audio();

        private AudioOffer offer(int frame) {
            return conversation.offerAudio(new byte[] {(byte) frame, 0});
        }

        @Test
        @DisplayName("T-73 a paused gate takes no frame, and a resumed one takes them again")
        void a_paused_gate_takes_no_frame() {
            offer(1);
            gate.pause();
            assertThat(offer(2)).isEqualTo(AudioOffer.PAUSED);
            gate.resume();
            offer(3);

            assertThat(written()).containsExactly("audio1", "audio3");
            assertThat(conversation.summary().audio().droppedPaused()).isEqualTo(1);
        }

        @Test
        @DisplayName("T-73 a full lane drops neither commit nor clear, and they keep their place")
        void a_full_lane_drops_neither_commit_nor_clear() {
            stand.transport.server().onJoining(1);
            for (int i = 0; i < 256; i++) {
                offer(i);
            }
            gate.commit();
            for (int i = 0; i < 256; i++) {
                offer(7);
            }
            gate.pause();

            FakeSocket next = stand.transport.socket();

            assertThat(Events.names(next.written()).subList(0, 3))
                    .containsExactly("session.update", "input_audio_buffer.commit", "audio7");
        }

        @Test
        @DisplayName("T-73 clear drops the frames that wait and empties the server's buffer")
        void clear_drops_the_frames_that_wait() {
            stand.transport.server().onJoining(1);
            offer(1);
            offer(2);
            gate.clear();
            offer(3);

            FakeSocket next = stand.transport.socket();

            assertThat(Events.names(next.written()))
                    .containsExactly("session.update", "input_audio_buffer.clear", "audio3");
            assertThat(conversation.summary().audio().droppedCleared()).isEqualTo(2);
        }
    }

    @Nested
    class Totals {
        @Test
        void usage_is_summed_by_modality_and_cache() {
            stand.receive(Events.done("resp_1", new Usage(10, 6, 4, 1, 5, 0, 3, 1, 2, 0, 1, 3)));
            stand.receive(Events.done("resp_2", new Usage(10, 6, 4, 1, 5, 0, 3, 1, 2, 0, 1, 3)));

            ConversationSummary summary = conversation.summary();

            assertThat(summary.responses()).isEqualTo(2);
            assertThat(summary.usage()).isEqualTo(new Usage(20, 12, 8, 2, 10, 0, 6, 2, 4, 0, 2, 6));
        }

        @Test
        void rate_limits_are_the_newest_word_on_each_of_them() {
            stand.receive(limits(new RateLimit("requests", 100, 99, 1.0), new RateLimit("tokens", 1_000, 900, 2.0)));
            stand.receive(limits(new RateLimit("tokens", 1_000, 800, 3.0)));

            assertThat(conversation.rateLimits())
                    .containsExactly(new RateLimit("requests", 100, 99, 1.0), new RateLimit("tokens", 1_000, 800, 3.0));
        }

        private static RateLimitsUpdated limits(RateLimit... limits) {
            return new RateLimitsUpdated(Events.envelope("rate_limits.updated"), List.of(limits));
        }

        @Test
        void a_raw_event_follows_what_was_accepted_before_it() {
            socket.holds = true;
            conversation.sendText("A");
            conversation.sendText("B");

            conversation.send(ClientEvent.raw("{\"type\":\"custom\"}"));
            socket.pending.get(0).complete(null);
            socket.pending.get(1).complete(null);

            assertThat(written()).containsExactly("A", "B", "Raw");
        }
    }
}
