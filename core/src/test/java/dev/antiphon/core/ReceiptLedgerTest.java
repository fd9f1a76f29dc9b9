package dev.antiphon.core;

import static dev.antiphon.core.Stand.fate;
import static dev.antiphon.core.Stand.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.InputReceipt.Kind;
import org.junit.jupiter.api.Test;

/** Accepted items by their ids until each has its one outcome. */
class ReceiptLedgerTest {
    private static final Outcome ACKNOWLEDGED = new Outcome.Acknowledged();
    private static final Outcome REJECTED = new Outcome.Rejected("bad", "no");
    private static final Outcome STOPPED = new Outcome.NotSent(Outcome.Reason.STOPPED, "stopped");
    private static final Outcome LOST = new Outcome.Unknown(Outcome.Reason.CONNECTION_LOST, "lost");

    private final ToolCallLedger calls = new ToolCallLedger();
    private final ReceiptLedger receipts = new ReceiptLedger(2, calls);

    private InputReceipt accept(String name) {
        return accept(Inputs.receipt(name));
    }

    private InputReceipt accept(InputReceipt receipt) {
        receipts.accept(receipt);
        return receipt;
    }

    private void written(InputReceipt receipt) {
        step(after -> receipts.written(receipt, after));
    }

    private void settle(InputReceipt receipt, Outcome outcome) {
        step(after -> receipts.settle(receipt, outcome, after));
    }

    @Test
    void an_item_is_found_by_both_ids_until_it_has_its_outcome() {
        InputReceipt a = accept("a");
        assertThat(receipts.withEventId("evt_a")).isSameAs(a);
        assertThat(receipts.withItemId("item_a")).isSameAs(a);

        settle(a, ACKNOWLEDGED);

        assertThat(receipts.withEventId("evt_a")).isNull();
        assertThat(receipts.withItemId("item_a")).isNull();
        assertThat(fate(a)).isEqualTo("ACKNOWLEDGED");
    }

    @Test
    void only_the_first_outcome_counts() {
        InputReceipt a = accept("a");
        settle(a, REJECTED);
        settle(a, ACKNOWLEDGED);

        assertThat(fate(a)).isEqualTo("REJECTED(bad)");
        assertThat(receipts.counts(Kind.TEXT).rejected).isEqualTo(1);
        assertThat(receipts.counts(Kind.TEXT).acknowledged).isZero();
    }

    @Test
    void the_oldest_unconfirmed_item_is_given_up_beyond_the_limit() {
        InputReceipt a = accept("a");
        InputReceipt b = accept("b");
        InputReceipt c = accept("c");
        written(a);
        written(b);
        assertThat(a.isSettled()).isFalse();

        written(c);

        assertThat(fate(a)).isEqualTo("UNKNOWN(CONFIRMATION_OVERDUE)");
        assertThat(b.isSettled()).isFalse();
        assertThat(c.isSettled()).isFalse();
    }

    @Test
    void a_confirmed_item_counts_no_more_towards_the_limit() {
        InputReceipt a = accept("a");
        InputReceipt b = accept("b");
        InputReceipt c = accept("c");
        written(a);
        settle(a, ACKNOWLEDGED);
        written(b);
        written(c);

        assertThat(b.isSettled()).isFalse();
    }

    @Test
    void an_item_that_was_confirmed_before_it_was_written_is_not_waited_for_again() {
        InputReceipt a = accept("a");
        settle(a, ACKNOWLEDGED);
        written(a);
        written(accept("b"));
        written(accept("c"));

        assertThat(fate(a)).isEqualTo("ACKNOWLEDGED");
        assertThat(receipts.counts(Kind.TEXT).unknown).isZero();
    }

    @Test
    void a_lost_connection_puts_in_doubt_what_was_written_and_nothing_else() {
        InputReceipt written = accept("a");
        InputReceipt waits = accept("b");
        written(written);

        step(after -> receipts.settleUnconfirmed(LOST, after));

        assertThat(fate(written)).isEqualTo("UNKNOWN(CONNECTION_LOST)");
        assertThat(waits.isSettled()).isFalse();
        step(after -> receipts.settleAll(STOPPED, after));
        assertThat(fate(waits)).isEqualTo("NOT_SENT(STOPPED)");
    }

    @Test
    void an_output_that_surely_did_not_arrive_leaves_its_call_open_and_one_in_doubt_does_not() {
        assertThat(answeredAgain(STOPPED)).isTrue();
        assertThat(answeredAgain(REJECTED)).isTrue();
        assertThat(answeredAgain(LOST)).isFalse();
        assertThat(answeredAgain(ACKNOWLEDGED)).isFalse();
    }

    private boolean answeredAgain(Outcome outcome) {
        String call = "call_" + outcome.name();
        assertThat(calls.answer(call)).isEmpty();
        InputReceipt output = Inputs.receipt(Kind.HANDOFF, outcome.name());
        output.answers(call);
        settle(accept(output), outcome);
        return calls.answer(call).isEmpty();
    }

    @Test
    void items_in_flight_are_named_the_oldest_three_at_most() {
        assertThat(receipts.inFlight()).isEmpty();
        accept("a");
        accept(Inputs.receipt(Kind.HANDOFF, "b"));
        accept("c");
        assertThat(receipts.inFlight()).isEqualTo("text item_a, hand-off item_b, text item_c");

        accept("d");
        accept("e");

        assertThat(receipts.inFlight()).isEqualTo("text item_a, hand-off item_b, text item_c and 2 more");
    }
}
