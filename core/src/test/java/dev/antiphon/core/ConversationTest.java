package dev.antiphon.core;

import static dev.antiphon.core.Events.names;
import static dev.antiphon.core.Stand.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.NotWrittenException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final SdpAnswer ANSWER = new SdpAnswer("v=0\r\nanswer\r\n");

    private final FakeTransport transport = new FakeTransport();
    private final RealtimeConversations conversations = RealtimeConversations.builder()
            .selector(start -> new dev.antiphon.core.port.TransportChoice(transport, "test"))
            .build();

    private Conversation startWithOffer() {
        return conversations.start(
                StartRequest.withOffer(SessionConfig.builder().model("m").build(), new SdpOffer("v=0\r\noffer\r\n")));
    }

    @Nested
    class WhileJoining {
        private final Conversation conversation = startWithOffer();

        @Test
        void the_answer_completes_ready_before_any_socket_stands() {
            transport.server().onAnswer(ANSWER);

            assertThat(get(conversation.answer())).isEqualTo(ANSWER);
            assertThat(conversation.ready().toCompletableFuture()).succeedsWithin(SOON);
            assertThat(conversation.joined().toCompletableFuture()).isNotDone();
            assertThat(conversation.phase()).isEqualTo(Phase.ANSWERED);
        }

        @RepeatedTest(100)
        void queued_input_follows_session_update_in_the_same_rotation() {
            transport.server().onAnswer(ANSWER);
            conversation.sendText("A");
            conversation.sendText("B");
            conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "X"));
            for (byte i = 0; i < 4; i++) {
                conversation.offerAudio(new byte[] {i, 0});
            }

            FakeSocket socket = transport.socket();

            assertThat(names(socket.written()))
                    .containsExactly("session.update", "A", "X", "audio0", "B", "audio1", "audio2", "audio3");
        }

        @Test
        void a_failed_join_gives_every_item_its_outcome() {
            Receipt text = conversation.sendText("A");
            Receipt handoff = conversation.sendHandoffOutput(HandoffOutput.silent("call_1", "X"));
            conversation.offerAudio(new byte[] {1, 0});

            transport.server().onClosed(Closure.byServer(1011, "no", false));

            Closure closure = get(conversation.closed());
            assertThat(closure.discarded()).isEqualTo(new Closure.Discarded(1, 1, 1));
            assertThat(get(text.outcome()).name()).isEqualTo("NOT_SENT");
            assertThat(get(handoff.outcome()).name()).isEqualTo("NOT_SENT");
            assertThat(conversation.summary().audio().droppedClosed()).isEqualTo(1);
        }

        @Test
        void the_first_item_beyond_capacity_is_refused_and_none_is_lost() {
            for (int i = 0; i < 64; i++) {
                assertThat(conversation.sendText("t" + i).isAccepted()).isTrue();
            }

            Receipt refused = conversation.sendText("one too many");

            assertThat(refused.isAccepted()).isFalse();
            assertThat(get(refused.outcome()))
                    .isInstanceOfSatisfying(
                            Outcome.NotSent.class,
                            outcome -> assertThat(outcome.reason()).isEqualTo(Outcome.Reason.LANE_FULL));
            assertThat(transport.socket().written()).hasSize(65);
        }

        @Test
        void a_full_audio_lane_drops_the_oldest_and_says_so() {
            for (int i = 0; i < 256; i++) {
                assertThat(conversation.offerAudio(new byte[] {(byte) i, 0})).isEqualTo(AudioOffer.ACCEPTED);
            }

            AudioOffer next = conversation.offerAudio(new byte[] {99, 0});

            assertThat(next).isEqualTo(AudioOffer.REPLACED_OLDEST);
            assertThat(names(transport.socket().written()))
                    .hasSize(257)
                    .element(1)
                    .isEqualTo("audio1");
        }
    }

    @Nested
    class WhenLive {
        private final Conversation conversation = startWithOffer();
        private final FakeSocket socket = transport.socket();

        @Test
        void an_item_named_by_the_server_is_acknowledged() {
            Receipt receipt = conversation.sendText("A");

            ClientEvent.ConversationItemCreate create =
                    (ClientEvent.ConversationItemCreate) socket.written().get(1);
            transport.server().onEvent(Events.added(create.item()));

            assertThat(get(receipt.outcome())).isEqualTo(new Outcome.Acknowledged());
        }

        @Test
        void an_error_that_names_the_event_rejects_exactly_that_item() {
            Receipt first = conversation.sendText("A");
            Receipt second = conversation.sendText("B");

            transport.server().onEvent(Events.error("invalid_value", first.eventId()));

            assertThat(get(first.outcome())).isEqualTo(new Outcome.Rejected("invalid_value", "no"));
            assertThat(second.outcome().toCompletableFuture()).isNotDone();
            assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
        }

        @Test
        void a_text_alone_asks_for_no_response() {
            conversation.sendText("A");

            assertThat(names(socket.written())).containsExactly("session.update", "A");
        }

        @Test
        void a_requested_response_follows_every_text_before_it() {
            socket.holds = true;
            conversation.sendText("A");
            conversation.sendText("B");
            conversation.requestResponse();
            conversation.sendText("C");

            for (int i = 0; i < 4; i++) {
                socket.pending.get(i).complete(null);
            }

            assertThat(names(socket.written())).containsExactly("session.update", "A", "B", "response.create", "C");
        }

        @Test
        void requests_while_a_response_runs_are_one_request_after_its_end() {
            transport.server().onEvent(Events.created("resp_1"));
            conversation.requestResponse();
            conversation.requestResponse();
            conversation.requestResponse();
            assertThat(names(socket.written())).containsExactly("session.update");

            transport.server().onEvent(Events.done("resp_1"));

            assertThat(names(socket.written())).containsExactly("session.update", "response.create");
        }

        @Test
        void a_request_that_meets_a_running_response_waits_for_its_end() {
            CompletionStage<String> response = conversation.requestResponse();
            String eventId = socket.written().get(1).eventId();

            transport.server().onEvent(Events.error(ResponseGate.ALREADY_ACTIVE, eventId));
            transport.server().onEvent(Events.done("resp_other"));
            transport.server().onEvent(Events.created("resp_ours"));

            assertThat(names(socket.written())).containsExactly("session.update", "response.create", "response.create");
            assertThat(get(response)).isEqualTo("resp_ours");
        }

        @Test
        void what_was_provably_not_written_goes_first_on_the_next_socket() {
            socket.holds = true;
            Receipt first = conversation.sendText("A");
            conversation.sendText("B");

            socket.pending.get(0).completeExceptionally(new NotWrittenException("closed"));
            transport.server().onJoining(1);
            FakeSocket next = transport.socket();

            assertThat(names(next.written())).containsExactly("session.update", "A", "B");
            assertThat(first.outcome().toCompletableFuture()).isNotDone();
        }

        @Test
        void what_may_have_been_written_is_unknown_and_never_sent_again() {
            socket.holds = true;
            Receipt first = conversation.sendText("A");
            conversation.sendText("B");

            socket.pending.get(0).completeExceptionally(new IllegalStateException("reset"));
            transport.server().onJoining(1);
            FakeSocket next = transport.socket();

            assertThat(get(first.outcome()).name()).isEqualTo("UNKNOWN");
            assertThat(names(next.written())).containsExactly("session.update", "B");
        }

        @Test
        void a_tool_call_is_answered_once() {
            Receipt first = conversation.sendToolOutput("call_1", "42");

            Receipt second = conversation.sendToolOutput("call_1", "42");

            assertThat(first.isAccepted()).isTrue();
            assertThat(get(second.outcome()))
                    .isInstanceOfSatisfying(
                            Outcome.NotSent.class,
                            outcome -> assertThat(outcome.reason()).isEqualTo(Outcome.Reason.ALREADY_ANSWERED));
        }
    }

    @Nested
    class TheEnd {
        private final Conversation conversation = startWithOffer();

        @Test
        void a_stop_is_told_once_however_often_it_is_asked_for() {
            conversation.close();
            conversation.close();
            transport.server().onClosed(Closure.byServer(1000, "", true));

            assertThat(get(conversation.closed()).initiator()).isEqualTo(Closure.Initiator.APPLICATION);
            assertThat(conversations.openCount()).isZero();
        }
    }
}
