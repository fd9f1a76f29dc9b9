package dev.antiphon.core;

import static dev.antiphon.core.Stand.ANSWER;
import static dev.antiphon.core.Stand.fate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.ServerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server says: told in order, to whoever listens, however long that takes. */
class EventsTest {
    private final Stand stand = new Stand(builder -> builder.listenerExecutor(Runnable::run));
    private final RecordingListener listener = new RecordingListener();

    private Conversation live() {
        Conversation conversation = stand.start(listener);
        stand.transport.socket();
        return conversation;
    }

    @Nested
    class Delivery {
        @Test
        @DisplayName("T-55 ten thousand events are told in order, on the library's threads")
        void ten_thousand_events_are_told_in_order() {
            Stand real = new Stand(builder -> builder.limits(ConversationLimits.DEFAULT
                    .withEvents(20_000, Duration.ofSeconds(30))
                    .withEventBytes(1L << 30)));
            List<String> heard = new ArrayList<>();
            CompletableFuture<Void> last = new CompletableFuture<>();
            real.start(new ConversationListener() {
                @Override
                public void onEvent(ServerEvent event) {
                    heard.add(event.type());
                    if (heard.size() == 10_000) {
                        last.complete(null);
                    }
                }
            });
            real.transport.socket();
            List<String> sent =
                    IntStream.range(0, 10_000).mapToObj(i -> "event " + i).toList();

            sent.forEach(type -> real.receive(Events.unknown(type)));

            Stand.get(last);
            assertThat(heard).isEqualTo(sent);
        }

        @Test
        @DisplayName("T-55 a listener that blocks pauses reading, input still flows, and then reading goes on")
        void a_listener_that_blocks_pauses_reading_and_input_still_flows() {
            ManualExecutor listeners = new ManualExecutor();
            Stand slow = new Stand(builder -> builder.listenerExecutor(listeners)
                    .limits(ConversationLimits.DEFAULT.withEvents(8, Duration.ofSeconds(30))));
            Conversation conversation = slow.start(listener);
            FakeSocket socket = slow.transport.socket();
            for (int i = 0; i < 10; i++) {
                slow.receive(Events.unknown("event " + i));
            }
            assertThat(slow.transport.pauses).isEqualTo(1);

            conversation.sendText("A");
            listeners.runAll();

            assertThat(Events.names(socket.written())).containsExactly("session.update", "A");
            assertThat(slow.transport.resumes).isEqualTo(1);
            assertThat(listener.heard()).hasSize(12).endsWith("event 9");
        }

        @Test
        @DisplayName("T-55 a listener that blocks beyond the stall limit ends its conversation")
        void a_listener_that_blocks_beyond_the_stall_limit_ends_its_conversation() {
            Stand slow = new Stand(builder -> builder.listenerExecutor(new ManualExecutor())
                    .limits(ConversationLimits.DEFAULT.withEvents(8, Duration.ofSeconds(30))));
            Conversation conversation = slow.start(listener);
            slow.transport.socket();
            for (int i = 0; i < 10; i++) {
                slow.receive(Events.unknown("event " + i));
            }

            slow.pass(Duration.ofSeconds(30));

            assertThat(Stand.get(conversation.closed()).fault()).contains(Fault.CONSUMER_STALLED);
        }

        @Test
        @DisplayName("T-55 a transport that reads on although it was told to pause cannot fill the memory")
        void a_transport_that_reads_on_cannot_fill_the_memory() {
            Stand slow = new Stand(builder -> builder.listenerExecutor(new ManualExecutor())
                    .limits(ConversationLimits.DEFAULT.withEvents(8, Duration.ofHours(1))));
            Conversation conversation = slow.start(listener);
            slow.transport.socket();

            for (int i = 0; i < 40; i++) {
                slow.receive(Events.unknown("event " + i));
            }

            assertThat(Stand.get(conversation.closed()).fault()).contains(Fault.CONSUMER_STALLED);
        }

        @Test
        @DisplayName("T-55 what comes before a transport can be told to pause is no fault of it")
        void what_comes_before_a_transport_can_be_told_to_pause_is_no_fault_of_it() {
            ManualExecutor listeners = new ManualExecutor();
            Stand slow = new Stand(builder -> builder.listenerExecutor(listeners)
                    .limits(ConversationLimits.DEFAULT.withEvents(8, Duration.ofHours(1))));
            Conversation conversation = slow.start(listener);
            slow.transport.socket();
            slow.transport.onResume = () -> {
                slow.transport.onResume = () -> {};
                IntStream.range(10, 60).forEach(i -> slow.receive(Events.unknown("event " + i)));
            };
            IntStream.range(0, 10).forEach(i -> slow.receive(Events.unknown("event " + i)));

            listeners.runAll();

            assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
            assertThat(listener.heard()).endsWith("event 59");
            assertThat(slow.transport.pauses).isEqualTo(slow.transport.resumes);
        }

        @Test
        @DisplayName("T-64 a tool handler that never returns holds up no other conversation and no input")
        void a_tool_handler_that_never_returns_holds_up_nobody_else() throws Exception {
            Stand real = new Stand();
            CountDownLatch inHandler = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            CompletableFuture<Void> heardElsewhere = new CompletableFuture<>();
            Conversation conversation = real.start(new ConversationListener() {
                @Override
                public void onToolCall(ToolCall call) {
                    inHandler.countDown();
                    awaitQuietly(release);
                }
            });
            conversation.listen(new ConversationListener() {
                @Override
                public void onEvent(ServerEvent event) {
                    if (event.type().equals("after")) {
                        heardElsewhere.complete(null);
                    }
                }
            });
            FakeSocket socket = real.transport.socket();
            real.receive(Events.itemDone(Events.call("call_1")));
            assertThat(inHandler.await(Stand.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();

            real.receive(Events.spoken("item_1", "Hello"));
            real.receive(Events.unknown("after"));
            conversation.offerAudio(new byte[] {7, 0});

            Stand.get(heardElsewhere);
            assertThat(conversation.transcript())
                    .extracting(TranscriptEntry::text)
                    .containsExactly("Hello");
            assertThat(Events.names(socket.written())).containsExactly("session.update", "audio7");
            release.countDown();
        }

        private static void awaitQuietly(CountDownLatch latch) {
            try {
                latch.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Test
        @DisplayName("T-65 a listener that throws hears the next event, and the conversation goes on")
        void a_listener_that_throws_hears_the_next_event() {
            listener.then(word -> {
                if (word.equals("event 1")) {
                    throw new AssertionError("thrown on purpose");
                }
            });
            Conversation conversation = live();

            stand.receive(Events.unknown("event 1"));
            stand.receive(Events.unknown("event 2"));

            assertThat(listener.heard()).endsWith("event 1", "event 2");
            assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
        }

        @Test
        @DisplayName("T-66 what happens before somebody listens is kept, after the start and the answer")
        void what_happens_before_somebody_listens_is_kept() {
            Conversation conversation = stand.start();
            stand.transport.server().onAnswer(ANSWER);
            stand.transport.socket();
            stand.receive(Events.unknown("event 1"));

            conversation.listen(listener);

            assertThat(listener.heard()).containsExactly("started", "answer", "ANSWERED", "LIVE", "event 1");
        }

        @Test
        @DisplayName("L6 the answer is told while the join is still held")
        void the_answer_is_told_while_the_join_is_still_held() {
            Conversation conversation = stand.start(listener);

            stand.transport.server().onAnswer(ANSWER);

            assertThat(listener.heard()).containsExactly("started", "answer", "ANSWERED");
            assertThat(conversation.answer().toCompletableFuture()).isCompletedWithValue(ANSWER);
        }

        @Test
        void a_listener_may_wait_for_its_own_receipt() {
            Stand real = new Stand();
            CompletableFuture<String> outcome = new CompletableFuture<>();
            Conversation[] self = new Conversation[1];
            FakeSocket[] socket = new FakeSocket[1];
            listener.then(word -> {
                if (word.equals("ask")) {
                    Receipt receipt = self[0].sendText("A");
                    real.receive(Events.added(receipt.itemId(), Role.USER, ""));
                    outcome.complete(fate(receipt));
                }
            });
            self[0] = real.start(listener);
            socket[0] = real.transport.socket();

            real.receive(Events.unknown("ask"));

            assertThat(Stand.get(outcome)).isEqualTo("ACKNOWLEDGED");
        }
    }

    @Nested
    class Errors {
        @Test
        @DisplayName("T-56 an error about one request is told and the conversation goes on")
        void an_error_about_one_request_is_told_and_the_conversation_goes_on() {
            Conversation conversation = live();
            Receipt receipt = conversation.sendText("A");

            stand.receive(Events.error("invalid_value", receipt.eventId()));
            stand.receive(Events.error("something_new", ""));

            assertThat(fate(receipt)).isEqualTo("REJECTED(invalid_value)");
            assertThat(listener.heard()).endsWith("error", "error");
            assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
        }

        @Test
        @DisplayName("T-57 an error that no session survives is told before the end it causes")
        void an_error_that_no_session_survives_is_told_before_the_end() {
            Conversation conversation = live();

            stand.receive(Events.error("session_expired", ""));

            assertThat(listener.heard()).endsWith("error", "CLOSING", "closed SERVER");
            assertThat(Stand.get(conversation.closed()).fault()).contains(Fault.SESSION_EXPIRED);
            assertThat(Stand.get(conversation.closed()).recoverable()).isTrue();
        }

        @Test
        void an_error_about_key_account_or_quota_ends_the_conversation_for_good() {
            Conversation conversation = live();

            stand.receive(Events.error("insufficient_quota", ""));

            assertThat(Stand.get(conversation.closed()).fault()).contains(Fault.SESSION_REFUSED);
            assertThat(Stand.get(conversation.closed()).recoverable()).isFalse();
        }

        @Test
        void an_application_may_have_a_policy_of_its_own() {
            Stand own =
                    new Stand(builder -> builder.errorPolicy(error -> java.util.Optional.of(Fault.SESSION_REFUSED)));
            Conversation conversation = own.start(listener);
            own.transport.socket();

            own.receive(Events.error("invalid_value", ""));

            assertThat(Stand.get(conversation.closed()).fault()).contains(Fault.SESSION_REFUSED);
        }

        @Test
        void a_policy_that_throws_leaves_the_standard_one_in_force() {
            Stand own = new Stand(builder -> builder.errorPolicy(error -> {
                throw new IllegalStateException("thrown on purpose");
            }));
            Conversation conversation = own.start(listener);
            own.transport.socket();

            own.receive(Events.error("invalid_value", ""));
            assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
            own.receive(Events.error("session_expired", ""));

            assertThat(Stand.get(conversation.closed()).fault()).contains(Fault.SESSION_EXPIRED);
        }
    }

    @Nested
    class Length {
        private final Stand stand = new Stand(builder -> builder.listenerExecutor(Runnable::run)
                .limits(ConversationLimits.DEFAULT.withLength(Duration.ofMinutes(60), Duration.ofMinutes(2))));

        private List<String> warnings() {
            return listener.heard().stream()
                    .filter(word -> word.startsWith("expiring"))
                    .toList();
        }

        @Test
        @DisplayName("F38 the listener is warned once, the notice before the longest session is over")
        void warning_comes_once_before_the_limit() {
            Conversation conversation = stand.conversations.start(Stand.DIRECT, listener);
            stand.pass(Duration.ofSeconds(10));
            stand.transport.socket();

            stand.pass(Duration.ofMinutes(58).minusNanos(1));
            assertThat(warnings()).isEmpty();
            stand.pass(Duration.ofNanos(1));
            assertThat(warnings()).containsExactly("expiring in 120 s");
            stand.pass(Duration.ofMinutes(60));

            assertThat(warnings()).hasSize(1);
            assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
        }

        @Test
        @DisplayName("F38 a call lasts from its answer on, and a socket joined again does not prolong it")
        void call_lasts_from_its_answer() {
            stand.start(listener);
            stand.transport.server().onAnswer(ANSWER);
            stand.pass(Duration.ofMinutes(1));
            stand.transport.socket();
            stand.pass(Duration.ofMinutes(56));
            stand.transport.server().onJoining(2);
            stand.transport.socket();

            stand.pass(Duration.ofMinutes(1));

            assertThat(warnings()).hasSize(1);
        }

        @Test
        @DisplayName("F38 a conversation that is over warns of nothing")
        void ended_conversation_warns_of_nothing() {
            Conversation conversation = stand.start(listener);
            stand.transport.socket();
            conversation.close();

            stand.pass(Duration.ofMinutes(60));

            assertThat(warnings()).isEmpty();
            assertThat(listener.ends()).hasSize(1);
        }

        @Test
        void notice_that_would_come_at_no_time_of_the_session_is_refused() {
            Duration hour = Duration.ofHours(1);

            assertThatThrownBy(() -> ConversationLimits.DEFAULT.withLength(hour, hour))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ConversationLimits.DEFAULT.withLength(hour, Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class ToolCalls {
        @Test
        @DisplayName("T-61 a call in item.done and again in response.done is one call")
        void a_call_that_the_server_repeats_is_one_call() {
            live();

            stand.receive(Events.itemDone(Events.call("call_1")));
            stand.receive(Events.done("resp_1", "completed", Events.call("call_1"), Events.call("call_2")));
            stand.receive(Events.itemDone(Events.call("call_2")));

            assertThat(listener.heard())
                    .filteredOn(word -> word.startsWith("call"))
                    .containsExactly("call call_1", "call call_2");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"prompt\":\" go \"}", "{}", "", "not JSON", "[1]"})
        @DisplayName("T-62 the arguments of a call are handed over as the model wrote them, JSON or not")
        void the_arguments_of_a_call_are_handed_over_as_the_model_wrote_them(String arguments) {
            List<ToolCall> calls = new ArrayList<>();
            stand.start(new ConversationListener() {
                @Override
                public void onToolCall(ToolCall call) {
                    calls.add(call);
                }
            });
            stand.transport.socket();

            stand.receive(Events.itemDone(new Item.FunctionCall("item_1", "call_1", "tool", arguments)));
            stand.receive(Events.itemDone(new Item.FunctionCall("item_2", "", "tool", arguments)));

            assertThat(calls)
                    .containsExactly(
                            new ToolCall("call_1", "item_1", "tool", arguments),
                            new ToolCall("item_2", "item_2", "tool", arguments));
        }
    }

    @Nested
    class Transcripts {
        @Test
        @DisplayName("T-63 deltas are merged, a done replaces them, and items keep their own text")
        void deltas_are_merged_and_a_done_replaces_them() {
            Conversation conversation = live();

            stand.receive(Events.spoken("item_1", "Hel"));
            stand.receive(Events.heard("item_2", "Wha"));
            stand.receive(Events.spoken("item_1", "lo"));
            assertThat(lines(conversation)).containsExactly("assistant: Hello …", "user: Wha …");
            stand.receive(Events.spokenDone("item_1", "Hello."));
            stand.receive(Events.heardDone("item_2", "What?"));

            assertThat(lines(conversation)).containsExactly("assistant: Hello.", "user: What?");
        }

        @Test
        @DisplayName("T-63 items stand in the order of the conversation, a late transcription in its own place")
        void items_stand_in_the_order_of_the_conversation() {
            Conversation conversation = live();

            stand.receive(Events.committed("item_1", ""));
            stand.receive(Events.added("item_2", Role.ASSISTANT, "item_1"));
            stand.receive(Events.spokenDone("item_2", "Fine."));
            stand.receive(Events.committed("item_3", "item_2"));
            stand.receive(Events.heardDone("item_3", "Good."));
            stand.receive(Events.heardDone("item_1", "How are you?"));

            assertThat(lines(conversation)).containsExactly("user: How are you?", "assistant: Fine.", "user: Good.");
        }

        private static List<String> lines(Conversation conversation) {
            return conversation.transcript().stream()
                    .map(entry -> entry.role().wire() + ": " + entry.text() + (entry.isComplete() ? "" : " …"))
                    .toList();
        }
    }
}
