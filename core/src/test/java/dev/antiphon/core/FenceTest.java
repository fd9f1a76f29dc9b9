package dev.antiphon.core;

import static dev.antiphon.core.Stand.ANSWER;
import static dev.antiphon.core.Stand.fate;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.port.NotWrittenException;
import dev.antiphon.core.port.TransportChoice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What belongs to another conversation or to an older socket, or comes after the end, reaches nobody. */
class FenceTest {
    private static final Closure BY_SERVER = Closure.byServer(1011, "no", true);

    private final Stand stand = new Stand(builder -> builder.listenerExecutor(Runnable::run));
    private final RecordingListener listener = new RecordingListener();

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

    @Test
    void an_answer_that_nobody_offered_for_changes_nothing() {
        Conversation conversation = stand.conversations.start(Stand.DIRECT, listener);

        stand.transport.server().onAnswer(ANSWER);

        assertThat(conversation.phase()).isEqualTo(Phase.OPENING);
        assertThat(conversation.ready().toCompletableFuture()).isNotDone();
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
}
