package dev.antiphon.core;

import static dev.antiphon.core.Stand.fate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Why a conversation ends when nobody asked for it, and what its end is told to be. */
class EndingTest {
    private static final Duration CLOSE = ConversationLimits.DEFAULT.close();

    private final Stand stand = new Stand();
    private final Conversation conversation = stand.start();

    private FakeSocket holding() {
        FakeSocket socket = new FakeSocket();
        socket.holds = true;
        stand.transport.connect(socket);
        return socket;
    }

    private Closure end() {
        return Stand.get(conversation.closed());
    }

    private static Closure tooBig(Closure.Initiator initiator) {
        return initiator == Closure.Initiator.SERVER
                ? Closure.byServer(Closure.MESSAGE_TOO_BIG, "too big")
                : new Closure(
                        initiator,
                        Closure.MESSAGE_TOO_BIG,
                        "too big",
                        java.util.Optional.empty(),
                        false,
                        Closure.Discarded.NONE);
    }

    @Test
    void a_writer_that_broke_ends_the_conversation_if_its_transport_says_nothing_about_it() {
        FakeSocket socket = holding();
        socket.pending.get(0).completeExceptionally(new IllegalStateException("reset"));

        stand.pass(CLOSE.minusMillis(1));
        assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
        stand.pass(Duration.ofMillis(1));

        assertThat(end().fault()).contains(Fault.CONNECTION_LOST);
        assertThat(end().text()).contains("reported nothing about its socket");
    }

    @Test
    void a_writer_that_broke_is_forgotten_once_the_next_one_stands() {
        FakeSocket socket = holding();
        socket.pending.get(0).completeExceptionally(new IllegalStateException("reset"));
        stand.transport.server().onJoining(1);
        stand.transport.socket();

        stand.pass(CLOSE.multipliedBy(2));

        assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
    }

    @Test
    void a_session_that_has_no_form_in_the_dialect_ends_the_conversation_and_says_why() {
        FakeSocket socket = new FakeSocket();
        socket.refuses = event -> event instanceof ClientEvent.SessionUpdate;

        stand.transport.connect(socket);

        assertThat(end().fault()).contains(Fault.REQUEST_INVALID);
        assertThat(end().text()).endsWith("session.update was refused: no such form");
    }

    @Test
    void a_server_that_found_a_message_too_big_ends_with_the_items_in_flight() {
        stand.transport.socket();
        Receipt text = conversation.sendText("large");

        stand.transport.server().onClosed(tooBig(Closure.Initiator.SERVER));

        assertThat(end().text()).isEqualTo("too big (in flight: text " + text.itemId() + ")");
        assertThat(fate(text)).isEqualTo("UNKNOWN(CONVERSATION_ENDED)");
    }

    @Test
    void items_are_named_only_where_one_of_them_is_the_reason() {
        stand.transport.socket();
        conversation.sendText("small");
        stand.transport.server().onClosed(Closure.byServer(1011, "no"));
        assertThat(end().text()).isEqualTo("no");

        Stand other = new Stand();
        Conversation ours = other.start();
        other.transport.socket();
        ours.sendText("small");
        other.transport.server().onClosed(tooBig(Closure.Initiator.TRANSPORT));
        assertThat(Stand.get(ours.closed()).text()).isEqualTo("too big");

        Stand third = new Stand();
        Conversation idle = third.start();
        third.transport.socket();
        third.transport.server().onClosed(tooBig(Closure.Initiator.SERVER));
        assertThat(Stand.get(idle.closed()).text()).isEqualTo("too big");
    }

    @Test
    void a_stop_leaves_nothing_to_write_and_no_response_to_wait_for() {
        stand.transport.obeysClose = false;
        FakeSocket socket = holding();
        conversation.sendText("waits");
        var response = conversation.requestResponse();

        conversation.close();
        socket.pending.get(0).complete(null);

        assertThat(Events.names(socket.written())).containsExactly("session.update");
        assertThatThrownBy(() -> Stand.get(response)).hasCauseInstanceOf(ConversationClosedException.class);
        assertThat(conversation.phase()).isEqualTo(Phase.CLOSING);
    }

    @Test
    void a_transport_that_was_ended_by_a_deadline_is_told_again() {
        stand.transport.obeysClose = false;
        stand.transport.socket();
        conversation.close();
        assertThat(stand.transport.closes).hasSize(1);

        stand.pass(CLOSE);

        assertThat(stand.transport.closes).hasSize(2);
        assertThat(end().initiator()).isEqualTo(Closure.Initiator.APPLICATION);
    }

    @Test
    void an_error_of_the_transport_is_the_end_with_its_fault() {
        stand.transport.server().onClosed(Closure.failed(new TransportException(Fault.CONNECT_FAILED, "no such host")));

        assertThat(end().fault()).contains(Fault.CONNECT_FAILED);
        assertThatThrownBy(() -> Stand.get(conversation.joined()))
                .hasCauseInstanceOf(ConversationClosedException.class);
    }
}
