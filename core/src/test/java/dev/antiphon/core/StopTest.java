package dev.antiphon.core;

import static dev.antiphon.core.Stand.ANSWER;
import static dev.antiphon.core.Stand.fate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.NotWrittenException;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.core.port.TransportListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every conversation ends once, from wherever it is and whoever ends it. */
class StopTest {
    private static final Closure BY_SERVER = Closure.byServer(1011, "no", true);

    /** How far a conversation has come when it is stopped. */
    enum Stage {
        OPENING,
        ANSWERED,
        JOINING,
        BACKOFF,
        WRITING,
        LIVE,
        REJOINING;

        void reach(Stand stand) {
            TransportListener server = stand.transport.server();
            if (this == ANSWERED || this == JOINING || this == BACKOFF) {
                server.onAnswer(ANSWER);
            }
            if (this == JOINING || this == BACKOFF) {
                server.onJoining(1);
            }
            if (this == BACKOFF) {
                server.onJoining(2);
            }
            if (this == WRITING) {
                FakeSocket socket = new FakeSocket();
                socket.holds = true;
                stand.transport.connect(socket);
            }
            if (this == LIVE || this == REJOINING) {
                stand.transport.socket();
            }
            if (this == REJOINING) {
                server.onJoining(1);
            }
        }
    }

    private final Stand stand = new Stand(builder -> builder.listenerExecutor(Runnable::run));
    private final RecordingListener listener = new RecordingListener();

    private static List<String> ends(RecordingListener listener) {
        return listener.heard().stream()
                .filter(word -> word.startsWith("closed"))
                .toList();
    }

    @Nested
    class InEachPhase {
        @ParameterizedTest
        @EnumSource(Stage.class)
        @DisplayName("T-42 a stop in each phase is told once, and nothing follows it")
        void a_stop_in_each_phase_is_told_once_and_nothing_follows(Stage stage) {
            Conversation conversation = stand.start(listener);
            stage.reach(stand);
            Receipt receipt = conversation.sendText("A");

            conversation.close();
            stand.transport.socket();
            stand.transport.server().onJoining(9);
            stand.receive(Events.unknown("late"));
            stand.transport.server().onClosed(BY_SERVER);
            stand.pass(Duration.ofMinutes(1));

            assertThat(Stand.get(conversation.closed()).initiator()).isEqualTo(Closure.Initiator.APPLICATION);
            assertThat(listener.heard())
                    .endsWith("CLOSING", "closed APPLICATION")
                    .doesNotContain("late", "joining 9");
            assertThat(ends(listener)).hasSize(1);
            assertThat(receipt.outcome().toCompletableFuture()).isDone();
        }

        @ParameterizedTest
        @EnumSource(Stage.class)
        @DisplayName("L2 a transport that never obeys holds up no stop beyond its deadline")
        void a_transport_that_never_obeys_holds_up_no_stop(Stage stage) {
            stand.transport.obeysClose = false;
            Conversation conversation = stand.start(listener);
            stage.reach(stand);

            conversation.close();
            assertThat(conversation.phase()).isEqualTo(Phase.CLOSING);
            stand.pass(ConversationLimits.DEFAULT.close());

            assertThat(ends(listener)).containsExactly("closed APPLICATION");
            assertThat(ConversationLimits.DEFAULT.close()).isLessThanOrEqualTo(Duration.ofSeconds(2));
        }

        @ParameterizedTest
        @EnumSource(Stage.class)
        @DisplayName("L3 after the end no timer is left and the conversation is forgotten")
        void after_the_end_no_timer_is_left(Stage stage) {
            Conversation conversation = stand.start(listener);
            stage.reach(stand);
            conversation.requestResponse();

            conversation.close();

            assertThat(stand.time.pending()).isZero();
            assertThat(stand.conversations.openCount()).isZero();
        }
    }

    @Nested
    class FromWhereverItIsAsked {
        @Test
        @DisplayName("T-43 a stop from two threads at once is told once")
        void a_stop_from_two_threads_at_once_is_told_once() throws Exception {
            Conversation conversation = stand.start(listener);

            race(conversation::close, conversation::close);

            assertThat(ends(listener)).containsExactly("closed APPLICATION");
        }

        @Test
        @DisplayName("T-43 a stop from inside a listener ends the conversation after that call")
        void a_stop_from_inside_a_listener_ends_the_conversation() {
            Stand real = new Stand();
            Conversation[] self = new Conversation[1];
            listener.then(word -> {
                if (word.equals("LIVE")) {
                    self[0].close();
                    self[0].close();
                }
            });
            self[0] = real.start(listener);

            real.transport.socket();

            assertThat(Stand.get(self[0].closed()).initiator()).isEqualTo(Closure.Initiator.APPLICATION);
        }

        @Test
        @DisplayName("T-44 a stop where nothing was started does nothing and tells nobody")
        void a_stop_where_nothing_was_started_does_nothing() {
            ConversationSlot slot = new ConversationSlot(stand.conversations);

            slot.stop();
            slot.start(Stand.DIRECT, listener);
            slot.stop();
            slot.stop();

            assertThat(ends(listener)).containsExactly("closed APPLICATION");
        }

        @Test
        @DisplayName("T-45 a server's close at the same time as a stop makes one end, 1,000 times")
        void a_close_of_the_server_at_the_same_time_as_a_stop_makes_one_end() throws Exception {
            Random random = new Random(45);
            for (int run = 0; run < 1_000; run++) {
                Stand each = new Stand(builder -> builder.listenerExecutor(Runnable::run));
                RecordingListener heard = new RecordingListener();
                Conversation conversation = each.start(heard);
                each.transport.socket();
                Receipt receipt = conversation.sendText("A");
                int spin = random.nextInt(200);

                race(
                        () -> {
                            spin(spin);
                            conversation.close();
                        },
                        () -> each.transport.server().onClosed(BY_SERVER));

                assertThat(ends(heard)).as("run %s", run).hasSize(1);
                assertThat(heard.heard()).last().asString().startsWith("closed");
                assertThat(receipt.outcome().toCompletableFuture()).isDone();
            }
        }

        @Test
        @DisplayName("T-46 a conversation that ends before start has returned tells its answer and its end")
        void a_conversation_that_ends_before_start_has_returned_tells_everything() {
            stand.transport.onOpen = server -> {
                server.onAnswer(ANSWER);
                server.onJoining(1);
                stand.transport.socket();
                server.onClosed(BY_SERVER);
            };

            Conversation conversation = stand.start(listener);

            assertThat(listener.heard())
                    .containsExactly("started", "answer", "ANSWERED", "JOINING", "joining 1", "LIVE", "closed SERVER");
            assertThat(conversation.phase()).isEqualTo(Phase.CLOSED);
            assertThat(Stand.get(conversation.answer())).isEqualTo(ANSWER);
        }

        @Test
        @DisplayName(
                "T-46 an end on another thread while start returns is told after everything before it, 1,000 times")
        void an_end_on_another_thread_while_start_returns_is_told_last() throws Exception {
            for (int run = 0; run < 1_000; run++) {
                Stand each = new Stand(builder -> builder.listenerExecutor(Runnable::run));
                RecordingListener heard = new RecordingListener();
                List<Future<?>> network = new ArrayList<>();
                each.transport.onOpen = server -> network.add(THREADS.submit(() -> {
                    server.onAnswer(ANSWER);
                    server.onJoining(1);
                    server.onClosed(BY_SERVER);
                }));

                Conversation conversation = each.start(heard);
                network.get(0).get(10, TimeUnit.SECONDS);

                Stand.get(conversation.closed());
                assertThat(heard.heard())
                        .as("run %s", run)
                        .containsExactly("started", "answer", "ANSWERED", "JOINING", "joining 1", "closed SERVER");
                assertThat(each.time.pending()).isZero();
            }
        }

        @Test
        @DisplayName("T-53 the shutdown of the whole ends conversations in every phase and starts no more")
        void the_shutdown_of_the_whole_ends_conversations_in_every_phase() {
            List<FakeTransport> transports = new ArrayList<>();
            RealtimeConversations conversations = RealtimeConversations.builder()
                    .selector(start -> {
                        FakeTransport transport = new FakeTransport();
                        transports.add(transport);
                        return new TransportChoice(transport, "test");
                    })
                    .build();
            List<Conversation> all = Stream.generate(() -> conversations.start(Stand.WITH_OFFER, listener))
                    .limit(4)
                    .toList();
            transports.get(1).server().onAnswer(ANSWER);
            transports.get(2).socket();
            transports.get(3).socket();
            transports.get(3).server().onJoining(1);

            Stand.get(conversations.shutdown());

            assertThat(all).allMatch(each -> each.phase() == Phase.CLOSED);
            assertThat(conversations.openCount()).isZero();
            assertThatThrownBy(() -> conversations.start(Stand.DIRECT)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class Replaced {
        private final List<FakeTransport> transports = new ArrayList<>();
        private boolean breaks;
        private final RealtimeConversations conversations = RealtimeConversations.builder()
                .listenerExecutor(Runnable::run)
                .selector(start -> {
                    FakeTransport transport = new FakeTransport();
                    if (breaks) {
                        transport.onOpen = server -> {
                            throw new IllegalStateException("broken");
                        };
                    }
                    synchronized (transports) {
                        transports.add(transport);
                    }
                    return new TransportChoice(transport, "test");
                })
                .build();
        private final ConversationSlot slot = new ConversationSlot(conversations);

        @Test
        @DisplayName("T-47 a replaced conversation is told its end before the new one starts")
        void a_replaced_conversation_is_told_its_end_before_the_new_one_starts() {
            Conversation first = slot.start(Stand.DIRECT, listener);
            transports.get(0).socket();
            List<String> order = new ArrayList<>();
            listener.then(word -> order.add("first " + word));
            RecordingListener second = new RecordingListener().then(word -> order.add("second " + word));

            slot.start(Stand.DIRECT, second);
            FakeSocket fresh = transports.get(1).socket();

            assertThat(order).containsSubsequence("first closed REPLACED", "second LIVE");
            assertThat(fate(first.sendText("late"))).isEqualTo("NOT_SENT(CONVERSATION_CLOSED)");
            assertThat(fresh.written()).hasSize(1);
        }

        @Test
        @DisplayName("T-48 a first join that opens late finds its conversation gone and writes nothing")
        void a_first_join_that_opens_late_writes_nothing() {
            slot.start(Stand.WITH_OFFER, listener).sendText("A");
            slot.start(Stand.WITH_OFFER, new RecordingListener());

            FakeSocket late = transports.get(0).socket();

            assertThat(late.written()).isEmpty();
            assertThat(transports.get(0).closes).isNotEmpty();
        }

        @Test
        @DisplayName("T-49 of two starts at once exactly one stays, the other is told that it was replaced")
        void of_two_starts_at_once_exactly_one_stays() throws Exception {
            for (int run = 0; run < 100; run++) {
                List<Conversation> started = Collections.synchronizedList(new ArrayList<>());
                Runnable start = () -> started.add(slot.start(Stand.DIRECT, new RecordingListener()));

                race(start, start);

                assertThat(started)
                        .as("run %s", run)
                        .filteredOn(each -> each.phase().acceptsInput())
                        .hasSize(1);
                assertThat(slot.current().orElseThrow().phase()).isEqualTo(Phase.OPENING);
                slot.stop();
            }
        }

        @Test
        @DisplayName("T-50 a start whose transport breaks has an end of its own, after that of the one before")
        void a_start_whose_transport_breaks_has_an_end_of_its_own() {
            slot.start(Stand.DIRECT, listener);
            breaks = true;

            Conversation conversation = slot.start(Stand.DIRECT, new RecordingListener());

            assertThat(ends(listener)).containsExactly("closed REPLACED");
            assertThat(Stand.get(conversation.closed()).fault()).contains(Fault.TRANSPORT_DEFECT);
        }

        @Test
        @DisplayName("T-51 a start works after a stop, after a drop and after a failure, fifty times")
        void a_start_works_after_every_kind_of_end() {
            for (int run = 0; run < 50; run++) {
                Conversation conversation = slot.start(Stand.DIRECT, new RecordingListener());
                FakeTransport transport = transports.get(run);
                FakeSocket socket = transport.socket();
                conversation.sendText("A");
                assertThat(socket.written()).hasSize(2);

                switch (run % 3) {
                    case 0 -> slot.stop();
                    case 1 -> transport.server().onClosed(BY_SERVER);
                    default ->
                        transport
                                .server()
                                .onClosed(Closure.failed(new TransportException(Fault.CONNECTION_LOST, "reset")));
                }
            }

            assertThat(conversations.openCount()).isZero();
        }
    }

    @Nested
    class Promises {
        @Test
        @DisplayName("L1 nothing is told after the end, whatever a transport still reports")
        void nothing_is_told_after_the_end() {
            Conversation conversation = stand.start(listener);
            FakeSocket socket = stand.transport.socket();
            stand.transport.server().onClosed(BY_SERVER);
            int told = listener.heard().size();

            stand.transport.server().onAnswer(ANSWER);
            stand.transport.server().onJoining(1);
            stand.receive(Events.error("session_expired", ""));
            stand.transport.socket();
            stand.transport.server().onClosed(BY_SERVER);
            conversation.close();
            conversation.offerAudio(new byte[] {1, 0});

            assertThat(listener.heard()).hasSize(told);
            assertThat(socket.written()).hasSize(1);
        }

        @Test
        @DisplayName("T-52 two hundred conversations at once, joined in any order, hear and say only their own")
        void two_hundred_conversations_at_once_hear_and_say_only_their_own() {
            List<FakeTransport> transports = new ArrayList<>();
            List<RecordingListener> listeners = new ArrayList<>();
            RealtimeConversations conversations = RealtimeConversations.builder()
                    .listenerExecutor(Runnable::run)
                    .selector(start -> {
                        transports.add(new FakeTransport());
                        return new TransportChoice(transports.get(transports.size() - 1), "test");
                    })
                    .build();
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                listeners.add(new RecordingListener());
                conversations.start(Stand.WITH_OFFER, listeners.get(i)).sendText("text " + i);
                order.add(i);
            }
            Collections.shuffle(order, new Random(52));

            for (int i : order) {
                FakeSocket socket = transports.get(i).socket();
                transports.get(i).server().onEvent(Events.unknown("event " + i));

                assertThat(Events.names(socket.written())).containsExactly("session.update", "text " + i);
            }

            for (int i : order) {
                assertThat(listeners.get(i).heard()).containsExactly("started", "LIVE", "event " + i);
            }
            conversations.close();
            assertThat(conversations.openCount()).isZero();
        }

        @Test
        void an_answer_that_nobody_offered_for_changes_nothing() {
            Conversation conversation = stand.conversations.start(Stand.DIRECT, listener);

            stand.transport.server().onAnswer(ANSWER);

            assertThat(conversation.phase()).isEqualTo(Phase.OPENING);
            assertThat(conversation.ready().toCompletableFuture()).isNotDone();
        }

        @Test
        void a_start_that_loses_against_the_shutdown_of_the_whole_leaves_nothing_behind() {
            ManualScheduler time = new ManualScheduler();
            RealtimeConversations[] all = new RealtimeConversations[1];
            all[0] = RealtimeConversations.builder()
                    .scheduler(time)
                    .selector(start -> {
                        all[0].close();
                        return new TransportChoice(stand.transport, "test");
                    })
                    .build();

            assertThatThrownBy(() -> all[0].start(Stand.DIRECT, listener)).isInstanceOf(IllegalStateException.class);

            assertThat(all[0].openCount()).isZero();
            assertThat(time.pending()).isZero();
            assertThat(stand.transport.start).isNull();
        }

        @Test
        void a_close_of_the_server_names_its_code() {
            Conversation conversation = stand.start(listener);
            stand.transport.server().onClosed(BY_SERVER);

            assertThat(Stand.get(conversation.closed()).fault()).contains(Fault.CLOSED_BY_SERVER);
            assertThat(Closure.byServer(Closure.NORMAL, "", true).fault()).isEmpty();
        }

        @Test
        @DisplayName("L4 a stop before open has returned still reaches the connection")
        void a_stop_before_open_has_returned_still_reaches_the_connection() {
            stand.transport.onOpen = server -> stand.conversations.close();

            Conversation conversation = stand.start(listener);

            assertThat(stand.transport.closes).isNotEmpty();
            assertThat(Stand.get(conversation.closed()).initiator()).isEqualTo(Closure.Initiator.APPLICATION);
        }

        @Test
        @DisplayName("L5 a second socket takes over: the first gets nothing more")
        void a_second_socket_takes_over() {
            Conversation conversation = stand.start(listener);
            FakeSocket first = stand.transport.socket();
            FakeSocket second = stand.transport.socket();

            conversation.sendText("A");

            assertThat(Events.names(first.written())).containsExactly("session.update");
            assertThat(Events.names(second.written())).containsExactly("session.update", "A");
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
        @DisplayName("L7 an event of a socket that was lost reaches nobody and confirms nothing")
        void an_event_of_a_socket_that_was_lost_reaches_nobody() {
            Conversation conversation = stand.start(listener);
            stand.transport.socket();
            stand.transport.server().onJoining(1);
            CompletionStage<String> response = conversation.requestResponse();

            stand.receive(Events.created("resp_old"));
            stand.receive(Events.unknown("late"));

            assertThat(listener.heard()).doesNotContain("late", "response.created");
            assertThat(response.toCompletableFuture()).isNotDone();
            assertThat(conversation.summary().serverEvents()).isZero();
        }

        @Test
        @DisplayName("L7 a late completion of a lost socket's write settles nothing again")
        void a_late_completion_of_a_lost_sockets_write_settles_nothing() {
            Conversation conversation = stand.start(listener);
            FakeSocket old = stand.transport.socket();
            old.holds = true;
            Receipt receipt = conversation.sendText("A");
            stand.transport.server().onJoining(1);
            FakeSocket fresh = stand.transport.socket();

            old.pending.get(0).completeExceptionally(new NotWrittenException("late"));

            assertThat(fate(receipt)).isEqualTo("UNKNOWN(CONNECTION_LOST)");
            assertThat(Events.names(fresh.written())).containsExactly("session.update");
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    /** Both at once; fails if one of them does, or hangs. */
    private static void race(Runnable one, Runnable other) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2);
        Future<?> second = THREADS.submit(() -> {
            barrier.await(10, TimeUnit.SECONDS);
            other.run();
            return null;
        });
        barrier.await(10, TimeUnit.SECONDS);
        one.run();
        second.get(10, TimeUnit.SECONDS);
    }

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "other");
        thread.setDaemon(true);
        return thread;
    });
}
