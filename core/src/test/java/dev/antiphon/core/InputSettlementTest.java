package dev.antiphon.core;

import static dev.antiphon.core.Inputs.names;
import static dev.antiphon.core.Stand.fate;
import static dev.antiphon.core.Stand.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.InputReceipt.Kind;
import dev.antiphon.core.WriteTicket.Place;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure.Discarded;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.port.NotWrittenException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of each kind of input that left its lane, by what the writer said about it. */
class InputSettlementTest {
    private final Throwable notWritten = new NotWrittenException("not a byte");
    private final Throwable noForm = new IllegalArgumentException("no such form");
    private final Throwable lost = new IllegalStateException("lost");

    private final Owners owners = new Owners();
    private final ConversationState state = owners.state;
    private final ResponseGate gate = owners.gate;
    private final InputLanes lanes = owners.lanes;
    private final InputSettlement settlement = owners.settlement;

    /** An accepted item that was taken out of its lane. */
    private InputReceipt taken(Kind kind, String name) {
        InputReceipt receipt = Inputs.receipt(kind, name);
        state.receipts.accept(receipt);
        return receipt;
    }

    private void settle(InputRing batch, @org.jspecify.annotations.Nullable Throwable failure) {
        for (int i = 0; i < batch.size(); i++) {
            int index = i;
            step(after -> settlement.settle(batch, index, failure, after));
        }
    }

    private InputReceipt settle(Kind kind, long sequence, @org.jspecify.annotations.Nullable Throwable failure) {
        InputReceipt receipt = taken(kind, "t" + sequence);
        settle(Inputs.one(Inputs.text("t" + sequence), receipt, sequence), failure);
        return receipt;
    }

    private WriteTicket settle(Place place, @org.jspecify.annotations.Nullable Throwable failure) {
        WriteTicket ticket = Inputs.ticket(place);
        settle(Inputs.one(Inputs.commit(), ticket, 1), failure);
        return ticket;
    }

    private void settleFrame(@org.jspecify.annotations.Nullable Throwable failure) {
        settle(Inputs.oneWithoutTicket(Inputs.frame(1), 1), failure);
    }

    private static String fateOf(CompletionStage<?> stage) {
        if (!stage.toCompletableFuture().isDone()) {
            return "open";
        }
        try {
            stage.toCompletableFuture().join();
            return "written";
        } catch (CompletionException e) {
            return e.getCause() instanceof NotSentException notSent
                    ? notSent.reason().toString()
                    : e.toString();
        }
    }

    // ------------------------------------------------------------------ written

    @ParameterizedTest
    @EnumSource(Kind.class)
    void a_written_item_waits_for_its_confirmation(Kind kind) {
        InputReceipt receipt = settle(kind, 3, null);

        assertThat(fateOf(receipt.written())).isEqualTo("written");
        assertThat(receipt.isSettled()).isFalse();
        assertThat(lanes.lane(kind).wasOvertaken(2)).isTrue();
        step(settlement::connectionLost);
        assertThat(fate(receipt)).isEqualTo("UNKNOWN(CONNECTION_LOST)");
    }

    @Test
    void a_written_event_is_done_and_a_written_frame_is_counted() {
        assertThat(fateOf(settle(Place.COMMANDS, null).stage())).isEqualTo("written");

        settleFrame(null);

        assertThat(lanes.audio.summary().written()).isEqualTo(1);
        assertThat(lanes.audio.summary().writtenBytes()).isEqualTo(2);
    }

    @Test
    void a_session_that_was_written_or_may_have_been_is_in_force_and_one_that_was_not_is_not() {
        settle(session("written"), null);
        assertThat(state.session.inForce().instructions()).hasToString("Optional[written]");
        settle(session("in doubt"), lost);
        assertThat(state.session.inForce().instructions()).hasToString("Optional[in doubt]");

        settle(session("not written"), notWritten);
        settle(session("not encodable"), noForm);

        assertThat(state.session.inForce().instructions()).hasToString("Optional[in doubt]");
    }

    private static InputRing session(String instructions) {
        return Inputs.one(
                new ClientEvent.SessionUpdate(
                        "evt_s",
                        SessionConfig.builder().instructions(instructions).build()),
                Inputs.ticket(Place.COMMANDS),
                1);
    }

    // ------------------------------------------------------------------ not written

    @ParameterizedTest
    @EnumSource(Kind.class)
    void an_item_that_was_not_written_goes_back_to_its_lane(Kind kind) {
        InputReceipt receipt = settle(kind, 1, notWritten);

        assertThat(names(lanes.lane(kind).ring)).containsExactly("t1");
        assertThat(fateOf(receipt.written())).isEqualTo("open");
    }

    @Test
    void an_item_that_was_not_written_while_a_later_one_was_fails_rather_than_come_behind_it() {
        settle(Kind.TEXT, 2, null);
        settle(Kind.HANDOFF, 9, null);

        InputReceipt overtaken = settle(Kind.TEXT, 1, notWritten);
        InputReceipt later = settle(Kind.TEXT, 3, notWritten);

        assertThat(fate(overtaken)).isEqualTo("NOT_SENT(CONNECTION_LOST)");
        assertThat(later.isSettled()).isFalse();
        assertThat(names(lanes.text.ring)).containsExactly("t3");
    }

    @Test
    void an_item_in_doubt_overtakes_those_before_it_too() {
        settle(Kind.TEXT, 2, lost);

        assertThat(fate(settle(Kind.TEXT, 1, notWritten))).isEqualTo("NOT_SENT(CONNECTION_LOST)");
    }

    @Test
    void an_item_that_has_its_outcome_does_not_go_back() {
        InputReceipt receipt = taken(Kind.TEXT, "t1");
        step(after -> state.receipts.settle(receipt, new Outcome.Acknowledged(), after));

        settle(Inputs.one(Inputs.text("t1"), receipt, 1), notWritten);

        assertThat(lanes.text.ring.isEmpty()).isTrue();
    }

    @Test
    void events_and_frames_go_back_to_where_they_waited() {
        assertThat(fateOf(settle(Place.COMMANDS, notWritten).stage())).isEqualTo("open");
        assertThat(lanes.commands.size()).isEqualTo(1);
        settle(Place.ORDERED, notWritten);
        assertThat(lanes.ordered.size()).isEqualTo(1);
        settle(Place.AUDIO, notWritten);
        assertThat(lanes.audio.commands()).isEqualTo(1);
        settleFrame(notWritten);
        assertThat(lanes.audio.frames()).isEqualTo(1);
    }

    @Test
    void a_request_for_a_response_that_was_not_written_is_due_again() {
        CompletionStage<String> response = gate.request("evt_r", Optional.empty(), 0);
        InputRing batch = new InputRing();
        gate.takeDue(batch, 0);

        settle(batch, notWritten);

        assertThat(gate.isDue(lanes)).isTrue();
        assertThat(fateOf(response)).isEqualTo("open");
    }

    // ------------------------------------------------------------------ in doubt, not encodable

    @Test
    void what_is_in_doubt_is_told_so_or_counted_as_lost() {
        assertThat(fate(settle(Kind.HANDOFF, 1, lost))).isEqualTo("UNKNOWN(CONNECTION_LOST)");
        assertThat(lanes.handoff.wasOvertaken(0)).isTrue();
        assertThat(fateOf(settle(Place.ORDERED, lost).stage())).isEqualTo("CONNECTION_LOST");
        settleFrame(lost);
        assertThat(lanes.audio.summary().droppedClosed()).isEqualTo(1);
    }

    @Test
    void what_has_no_form_fails_alone_and_says_why() {
        InputReceipt item = settle(Kind.TEXT, 1, noForm);
        assertThat(fate(item)).isEqualTo("NOT_SENT(NOT_ENCODABLE)");
        assertThat(Stand.outcome(item)).asString().contains("no such form");
        assertThat(fateOf(settle(Place.COMMANDS, noForm).stage())).isEqualTo("NOT_ENCODABLE");
        settleFrame(noForm);
        assertThat(lanes.audio.summary().droppedClosed()).isEqualTo(1);
        CompletionStage<String> response = gate.request("evt_r", Optional.empty(), 0);
        InputRing batch = new InputRing();
        gate.takeDue(batch, 0);

        settle(batch, noForm);

        assertThat(fateOf(response)).isEqualTo("NOT_ENCODABLE");
    }

    // ------------------------------------------------------------------ the end

    @Test
    void the_end_discards_what_waits_and_counts_items_and_frames_of_the_conversation() {
        InputReceipt text = taken(Kind.TEXT, "a");
        lanes.text.ring.addLast(Inputs.text("a"), text, 1, 0);
        InputReceipt handoff = taken(Kind.HANDOFF, "x");
        lanes.handoff.ring.addLast(Inputs.text("x"), handoff, 2, 0);
        lanes.offerAudio(Inputs.frame(1), 0);
        lanes.offerAudio(Inputs.frame(2), 0);
        lanes.offerAudio(Inputs.frame(3), 0);
        WriteTicket commit = Inputs.ticket(Place.AUDIO);
        WriteTicket raw = Inputs.ticket(Place.ORDERED);
        WriteTicket command = Inputs.ticket(Place.COMMANDS);
        lanes.offer(Inputs.commit(), commit, 0);
        lanes.offer(Inputs.commit(), raw, 0);
        lanes.offer(Inputs.commit(), command, 0);

        step(after -> settlement.endBegins(Outcome.Reason.STOPPED, after));
        step(after -> settlement.endBegins(Outcome.Reason.CONVERSATION_ENDED, after));

        assertThat(settlement.discarded()).isEqualTo(new Discarded(1, 1, 3));
        assertThat(fate(text)).isEqualTo("NOT_SENT(STOPPED)");
        assertThat(fate(handoff)).isEqualTo("NOT_SENT(STOPPED)");
        assertThat(fateOf(commit.stage())).isEqualTo("STOPPED");
        assertThat(fateOf(raw.stage())).isEqualTo("STOPPED");
        assertThat(fateOf(command.stage())).isEqualTo("STOPPED");
        assertThat(lanes.hasWork()).isFalse();
        assertThat(lanes.isClosed()).isTrue();
        assertThat(lanes.audio.commands()).isZero();
        assertThat(lanes.audio.summary().droppedClosed()).isEqualTo(3);
    }

    @Test
    void what_comes_back_after_the_end_began_is_discarded_too_unless_it_has_its_outcome() {
        InputReceipt settled = taken(Kind.TEXT, "s");
        step(after -> state.receipts.settle(settled, new Outcome.Acknowledged(), after));
        step(after -> settlement.endBegins(Outcome.Reason.STOPPED, after));

        InputReceipt text = settle(Kind.TEXT, 1, notWritten);
        settle(Inputs.one(Inputs.text("s"), settled, 2), notWritten);
        settleFrame(notWritten);

        assertThat(fate(text)).isEqualTo("NOT_SENT(STOPPED)");
        assertThat(fate(settled)).isEqualTo("ACKNOWLEDGED");
        assertThat(settlement.discarded()).isEqualTo(new Discarded(1, 0, 1));
        assertThat(lanes.hasWork()).isFalse();
    }

    @Test
    void what_was_written_and_never_confirmed_is_in_doubt_at_the_end() {
        InputReceipt written = settle(Kind.TEXT, 1, null);
        step(after -> settlement.endBegins(Outcome.Reason.STOPPED, after));
        assertThat(written.isSettled()).isFalse();

        step(settlement::ended);

        assertThat(fate(written)).isEqualTo("UNKNOWN(CONVERSATION_ENDED)");
        assertThat(settlement.discarded()).isEqualTo(Discarded.NONE);
    }
}
