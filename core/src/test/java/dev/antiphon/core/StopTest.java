package dev.antiphon.core;

import static dev.antiphon.core.Stand.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.core.port.TransportListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every conversation ends once, from wherever it is and whoever asks for it. */
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
            assertThat(listener.ends()).hasSize(1);
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

            assertThat(listener.ends()).containsExactly("closed APPLICATION");
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

            Race.of(conversation::close, conversation::close);

            assertThat(listener.ends()).containsExactly("closed APPLICATION");
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
        @DisplayName("L4 a stop before open has returned still reaches the connection")
        void a_stop_before_open_has_returned_still_reaches_the_connection() {
            stand.transport.onOpen = server -> stand.conversations.close();

            Conversation conversation = stand.start(listener);

            assertThat(stand.transport.closes).isNotEmpty();
            assertThat(Stand.get(conversation.closed()).initiator()).isEqualTo(Closure.Initiator.APPLICATION);
        }

        @Test
        void a_close_of_the_server_names_its_code() {
            Conversation conversation = stand.start(listener);
            stand.transport.server().onClosed(BY_SERVER);

            assertThat(Stand.get(conversation.closed()).fault()).contains(Fault.CLOSED_BY_SERVER);
            assertThat(Closure.byServer(Closure.NORMAL, "", true).fault()).isEmpty();
        }
    }

    @Nested
    class OfTheWhole {
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
    }
}
