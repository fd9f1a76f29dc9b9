package dev.antiphon.core;

import static dev.antiphon.core.Inputs.names;
import static dev.antiphon.core.Stand.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.ConversationLimits.Lane;
import dev.antiphon.core.ConversationLimits.WhenFull;
import dev.antiphon.core.InputReceipt.Kind;
import dev.antiphon.core.WriteTicket.Place;
import dev.antiphon.core.model.ClientEvent;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may queue, and in which order what waits leaves: by the lanes alone, without a conversation. */
class InputLanesTest {
    private final InputRing left = new InputRing();
    private Owners owners = new Owners();
    private InputLanes lanes = owners.lanes;

    private InputLanes lanes(ConversationLimits limits) {
        owners = new Owners(limits);
        return owners.lanes;
    }

    private InputLanes twoOfEach(WhenFull rule) {
        Lane lane = new Lane(2, 1 << 20, rule);
        return lanes(ConversationLimits.DEFAULT.withLanes(lane, lane));
    }

    private InputReceipt offer(Kind kind, String name) {
        InputReceipt receipt = Inputs.receipt(kind, name);
        step(after -> lanes.offer(receipt, Inputs.text(name), 0, after));
        return receipt;
    }

    private void texts(String... names) {
        for (String name : names) {
            offer(Kind.TEXT, name);
        }
    }

    private void handoffs(String... names) {
        for (String name : names) {
            offer(Kind.HANDOFF, name);
        }
    }

    private void frames(int from, int to) {
        for (int i = from; i <= to; i++) {
            lanes.offerAudio(Inputs.frame(i), 0);
        }
    }

    private WriteTicket event(Place place, ClientEvent event) {
        WriteTicket ticket = Inputs.ticket(place);
        lanes.offer(event, ticket, 0);
        return ticket;
    }

    private void takeAll() {
        while (lanes.takeNext(left, 0)) {
            assertThat(left.size()).isLessThan(1_000);
        }
    }

    private static void assertFailed(WriteTicket ticket, Outcome.Reason reason) {
        assertThatThrownBy(() -> ticket.stage().toCompletableFuture().join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        NotSentException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    // ------------------------------------------------------------------ the order of leaving

    @Test
    void texts_handoffs_and_frames_leave_in_turn() {
        frames(1, 4);
        handoffs("x", "y");
        texts("a", "b", "c");

        takeAll();

        assertThat(names(left)).containsExactly("a", "x", "audio1", "b", "y", "audio2", "c", "audio3", "audio4");
    }

    @Test
    void the_turn_goes_on_where_it_was() {
        texts("a");
        takeAll();
        texts("b");
        handoffs("x");

        takeAll();

        assertThat(names(left)).containsExactly("a", "x", "b");
    }

    @Test
    void a_command_overtakes_all_that_waits() {
        texts("a");
        frames(1, 1);
        event(Place.COMMANDS, Inputs.text("now"));

        takeAll();

        assertThat(names(left)).startsWith("now");
    }

    @Test
    void an_ordered_event_follows_what_was_accepted_before_it_and_nothing_else() {
        texts("a");
        event(Place.ORDERED, Inputs.text("raw"));
        texts("b");
        frames(1, 2);

        takeAll();

        assertThat(names(left).indexOf("raw")).isBetween(1, names(left).indexOf("b") - 1);
    }

    @Test
    void an_ordered_event_follows_a_handoff_and_a_command_of_the_audio_gate_before_it() {
        handoffs("x");
        event(Place.AUDIO, Inputs.text("commit"));
        event(Place.ORDERED, Inputs.text("raw"));

        takeAll();

        assertThat(names(left)).containsExactly("x", "commit", "raw");
    }

    @Test
    void a_due_response_goes_before_the_lanes_and_a_barred_one_waits() {
        texts("a");
        var unused = owners.gate.request("evt_r", Optional.empty(), lanes.nextSequence());
        texts("b");

        takeAll();

        assertThat(names(left)).containsExactly("a", "response.create", "b");
    }

    @Test
    void nothing_leaves_where_nothing_waits() {
        assertThat(lanes.hasWork()).isFalse();
        assertThat(lanes.takeNext(left, 0)).isFalse();
        assertThat(left.isEmpty()).isTrue();
    }

    @Test
    void each_kind_of_input_is_work() {
        texts("a");
        assertThat(lanes.hasWork()).isTrue();
        lanes = lanes(ConversationLimits.DEFAULT);
        handoffs("x");
        assertThat(lanes.hasWork()).isTrue();
        lanes = lanes(ConversationLimits.DEFAULT);
        frames(1, 1);
        assertThat(lanes.hasWork()).isTrue();
        for (Place place : Place.values()) {
            lanes = lanes(ConversationLimits.DEFAULT);
            event(place, Inputs.text("event"));
            assertThat(lanes.hasWork()).as(place.name()).isTrue();
        }
        lanes = lanes(ConversationLimits.DEFAULT);
        var unused = owners.gate.request("evt_r", Optional.empty(), lanes.nextSequence());
        assertThat(lanes.hasWork()).isTrue();
    }

    @Test
    void audio_and_its_commands_are_alone_until_anything_else_comes() {
        assertThat(lanes.onlyAudioWaits()).isFalse();
        frames(1, 1);
        assertThat(lanes.onlyAudioWaits()).isTrue();
        texts("a");
        assertThat(lanes.onlyAudioWaits()).isFalse();

        lanes = lanes(ConversationLimits.DEFAULT);
        frames(1, 1);
        handoffs("x");
        assertThat(lanes.onlyAudioWaits()).isFalse();
        for (Place place : Place.values()) {
            lanes = lanes(ConversationLimits.DEFAULT);
            frames(1, 1);
            event(place, Inputs.text("event"));
            assertThat(lanes.onlyAudioWaits()).as(place.name()).isEqualTo(place == Place.AUDIO);
        }
        lanes = lanes(ConversationLimits.DEFAULT);
        frames(1, 1);
        var unused = owners.gate.request("evt_r", Optional.empty(), lanes.nextSequence());
        assertThat(lanes.onlyAudioWaits()).isFalse();
    }

    // ------------------------------------------------------------------ the door

    @Test
    void each_accepted_input_has_the_next_number_whatever_its_kind() {
        texts("a");
        frames(1, 1);
        handoffs("x");
        event(Place.COMMANDS, Inputs.text("now"));
        event(Place.ORDERED, Inputs.text("raw"));

        assertThat(lanes.nextSequence()).isEqualTo(5);
        assertThat(lanes.handoff.ring.sequence(0)).isEqualTo(2);
        assertThat(lanes.commands.sequence(0)).isEqualTo(3);
        assertThat(lanes.ordered.sequence(0)).isEqualTo(4);
    }

    @Test
    void offers_are_counted_by_lane_with_their_refusals() {
        lanes = twoOfEach(WhenFull.refuse());
        texts("a", "b", "c", "d");
        handoffs("x");

        assertThat(owners.state.receipts.counts(Kind.TEXT).summary(2))
                .isEqualTo(new ConversationSummary.Items(4, 2, 2, 0, 0, 0, 0, 2));
        assertThat(owners.state.receipts.counts(Kind.HANDOFF).summary(1))
                .isEqualTo(new ConversationSummary.Items(1, 1, 0, 0, 0, 0, 0, 1));
    }

    @ParameterizedTest
    @EnumSource(WhenFull.Policy.class)
    void a_closed_lane_refuses_by_that_name_whatever_its_rule(WhenFull.Policy policy) {
        lanes = twoOfEach(new WhenFull(policy, java.time.Duration.ofSeconds(1), 8));
        texts("a", "b");
        lanes.close();

        InputReceipt late = offer(Kind.TEXT, "c");

        assertThat(Stand.fate(late)).isEqualTo("NOT_SENT(CONVERSATION_CLOSED)");
        assertThat(late.isAccepted()).isFalse();
        assertThat(owners.state.receipts.counts(Kind.TEXT).refused).isEqualTo(1);
        assertThat(lanes.isClosed()).isTrue();
    }

    @Test
    void a_sender_beyond_those_that_may_wait_is_refused_at_once_and_counted() {
        lanes = twoOfEach(new WhenFull(WhenFull.Policy.AWAIT, java.time.Duration.ofSeconds(1), 0));
        texts("a", "b");

        InputReceipt third = offer(Kind.TEXT, "c");

        assertThat(Stand.fate(third)).isEqualTo("NOT_SENT(WAIT_EXPIRED)");
        assertThat(owners.state.receipts.counts(Kind.TEXT).refused).isEqualTo(1);
    }

    @Test
    void who_makes_room_drops_only_as_many_as_it_needs() {
        Lane lane = new Lane(8, 4L * Inputs.text("a").sizeHint(), WhenFull.dropOldest());
        lanes = lanes(ConversationLimits.DEFAULT.withLanes(lane, lane));
        InputReceipt first = offer(Kind.TEXT, "a");
        texts("b", "c", "d");

        texts("e");

        takeAll();
        assertThat(names(left)).containsExactly("b", "c", "d", "e");
        assertThat(Stand.fate(first)).isEqualTo("NOT_SENT(DROPPED_BY_POLICY)");
    }

    @ParameterizedTest
    @EnumSource(Place.class)
    void events_without_a_confirmation_are_bounded_each_place_by_itself(Place place) {
        for (int i = 0; i < InputLanes.MAX_COMMANDS; i++) {
            assertThat(lanes.offer(Inputs.commit(), Inputs.ticket(place), 0)).isTrue();
        }
        WriteTicket beyond = Inputs.ticket(place);

        assertThat(lanes.offer(Inputs.commit(), beyond, 0)).isFalse();

        assertFailed(beyond, Outcome.Reason.LANE_FULL);
        for (Place other : Place.values()) {
            assertThat(lanes.offer(Inputs.commit(), Inputs.ticket(other), 0)).isEqualTo(other != place);
        }
    }

    @Test
    void closed_lanes_take_no_event_and_no_frame() {
        lanes.close();
        WriteTicket late = Inputs.ticket(Place.COMMANDS);

        assertThat(lanes.offer(Inputs.commit(), late, 0)).isFalse();

        assertFailed(late, Outcome.Reason.CONVERSATION_CLOSED);
        assertThat(lanes.offerAudio(Inputs.frame(1), 0)).isEqualTo(AudioOffer.CLOSED);
        assertThat(lanes.hasWork()).isFalse();
    }
}
