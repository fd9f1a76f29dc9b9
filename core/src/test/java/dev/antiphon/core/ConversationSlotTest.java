package dev.antiphon.core;

import static dev.antiphon.core.Stand.fate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.TransportChoice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** At most one conversation in its place (seed behaviours CX-128, D-10, D-11). */
class ConversationSlotTest {
    private static final Closure BY_SERVER = Closure.byServer(1011, "no", true);
    private static final StartRequest REFUSED =
            StartRequest.direct(SessionConfig.builder().model("refused").build());

    private final List<FakeTransport> transports = new ArrayList<>();
    private boolean breaks;
    private final RealtimeConversations conversations = RealtimeConversations.builder()
            .listenerExecutor(Runnable::run)
            .selector(this::transport)
            .build();
    private final ConversationSlot slot = new ConversationSlot(conversations);
    private final RecordingListener listener = new RecordingListener();

    private TransportChoice transport(StartRequest start) {
        if (start.equals(REFUSED)) {
            throw new IllegalArgumentException("no transport for this model");
        }
        FakeTransport transport = new FakeTransport();
        if (breaks) {
            transport.onOpen = server -> {
                throw new IllegalStateException("broken");
            };
        }
        transports.add(transport);
        return new TransportChoice(transport, "test");
    }

    @Test
    @DisplayName("T-44 a stop where nothing was started does nothing and tells nobody")
    void a_stop_where_nothing_was_started_does_nothing() {
        slot.stop();
        assertThat(slot.current()).isEmpty();
        slot.start(Stand.DIRECT, listener);

        slot.stop();
        slot.stop();

        assertThat(listener.ends()).containsExactly("closed APPLICATION");
        assertThat(slot.current()).isEmpty();
    }

    @Test
    @DisplayName("T-47 a replaced conversation is told its end before the new one goes live, and takes nothing more")
    void a_replaced_conversation_is_told_its_end_before_the_new_one_goes_live() {
        List<String> order = new ArrayList<>();
        Conversation first = slot.start(Stand.DIRECT, listener.then(word -> order.add("first " + word)));
        FakeSocket old = transports.get(0).socket();
        RecordingListener second = new RecordingListener().then(word -> order.add("second " + word));

        Conversation next = slot.start(Stand.DIRECT, second);
        FakeSocket fresh = transports.get(1).socket();
        next.sendText("A");

        assertThat(order).containsSubsequence("first closed REPLACED", "second LIVE");
        assertThat(transports.get(0).closes.get(0).code()).isEqualTo(Closure.NORMAL);
        assertThat(fate(first.sendText("late"))).isEqualTo("NOT_SENT(CONVERSATION_CLOSED)");
        assertThat(Events.names(old.written())).containsExactly("session.update");
        assertThat(Events.names(fresh.written())).containsExactly("session.update", "A");
        assertThat(slot.current()).contains(next);
    }

    @Test
    @DisplayName("T-48 a first join that opens late finds its conversation gone and writes nothing")
    void a_first_join_that_opens_late_writes_nothing() {
        Receipt receipt = slot.start(Stand.WITH_OFFER, listener).sendText("A");
        Conversation second = slot.start(Stand.WITH_OFFER, new RecordingListener());

        FakeSocket late = transports.get(0).socket();

        assertThat(late.written()).isEmpty();
        assertThat(transports.get(0).closes).isNotEmpty();
        assertThat(fate(receipt)).isEqualTo("NOT_SENT(STOPPED)");
        assertThat(second.phase()).isEqualTo(Phase.OPENING);
    }

    @Test
    @DisplayName("T-50 a start that is refused leaves the conversation before it untouched")
    void a_start_that_is_refused_leaves_the_one_before_untouched() {
        Conversation first = slot.start(Stand.DIRECT, listener);

        assertThatThrownBy(() -> slot.start(REFUSED, new RecordingListener()))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(slot.current()).contains(first);
        assertThat(first.phase()).isEqualTo(Phase.OPENING);
        assertThat(listener.ends()).isEmpty();
    }

    @Test
    @DisplayName("T-50 a start whose transport breaks has an end of its own, after that of the one before")
    void a_start_whose_transport_breaks_has_an_end_of_its_own() {
        slot.start(Stand.DIRECT, listener);
        breaks = true;

        Conversation conversation = slot.start(Stand.DIRECT, new RecordingListener());

        assertThat(listener.ends()).containsExactly("closed REPLACED");
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
                    transport.server().onClosed(Closure.failed(new TransportException(Fault.CONNECTION_LOST, "reset")));
            }
        }

        assertThat(conversations.openCount()).isZero();
    }
}
