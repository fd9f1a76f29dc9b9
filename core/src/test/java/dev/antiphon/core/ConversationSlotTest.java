package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.TransportChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** At most one conversation in its place (seed behaviours CX-128, D-10, D-11). */
class ConversationSlotTest {
    private static final ConversationListener NOBODY = new ConversationListener() {};

    private final List<FakeTransport> transports = new ArrayList<>();
    private final RealtimeConversations conversations = RealtimeConversations.builder()
            .selector(start -> {
                if (start.session().model().equals(Optional.of("refused"))) {
                    throw new IllegalArgumentException("no transport for this model");
                }
                FakeTransport transport = new FakeTransport();
                transports.add(transport);
                return new TransportChoice(transport, "test");
            })
            .build();
    private final ConversationSlot slot = new ConversationSlot(conversations);

    @Test
    void a_second_start_ends_the_first_as_replaced_and_input_goes_to_the_new_socket_only() {
        Conversation first = slot.start(Stand.DIRECT, NOBODY);
        FakeSocket old = transports.get(0).socket();

        Conversation second = slot.start(Stand.DIRECT, NOBODY);
        FakeSocket fresh = transports.get(1).socket();
        second.sendText("A");

        assertThat(Stand.get(first.closed()).initiator()).isEqualTo(Closure.Initiator.REPLACED);
        assertThat(transports.get(0).closes.get(0).code()).isEqualTo(Closure.NORMAL);
        assertThat(Events.names(old.written())).containsExactly("session.update");
        assertThat(Events.names(fresh.written())).containsExactly("session.update", "A");
        assertThat(slot.current()).contains(second);
    }

    @Test
    void a_first_join_that_completes_after_its_replacement_is_left_unused() {
        Conversation first = slot.start(Stand.WITH_OFFER, NOBODY);
        Receipt receipt = first.sendText("A");
        Conversation second = slot.start(Stand.WITH_OFFER, NOBODY);

        FakeSocket late = transports.get(0).socket();

        assertThat(late.written()).isEmpty();
        assertThat(Stand.outcome(receipt).name()).isEqualTo("NOT_SENT");
        assertThat(second.phase()).isEqualTo(Phase.OPENING);
    }

    @Test
    void a_start_that_is_refused_leaves_the_one_before_untouched() {
        Conversation first = slot.start(Stand.DIRECT, NOBODY);
        StartRequest refused =
                StartRequest.direct(SessionConfig.builder().model("refused").build());

        assertThatThrownBy(() -> slot.start(refused, NOBODY)).isInstanceOf(IllegalArgumentException.class);

        assertThat(slot.current()).contains(first);
        assertThat(first.phase()).isEqualTo(Phase.OPENING);
    }

    @Test
    void a_stop_of_an_empty_place_does_nothing() {
        slot.stop();

        assertThat(slot.current()).isEmpty();
    }
}
