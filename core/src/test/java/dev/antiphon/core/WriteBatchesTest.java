package dev.antiphon.core;

import static dev.antiphon.core.Inputs.names;
import static dev.antiphon.core.Inputs.sequences;
import static dev.antiphon.core.Stand.fate;
import static dev.antiphon.core.Stand.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.InputReceipt.Kind;
import dev.antiphon.core.WriteBatches.Batch;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which events are staged, given, written together and in doubt, step by step as the loop takes them. */
class WriteBatchesTest {
    private static final int MOST = 1_000;
    private static final long NOW = 0;

    private final Owners owners = new Owners();
    private final ConversationState state = owners.state;
    private final InputLanes lanes = owners.lanes;
    private final WriteWindow window = new WriteWindow(MOST);
    private final WriteBatches batches = new WriteBatches(owners.settlement, window);

    /** Stages a text, whose number is its place in the order of acceptance, at a moment. */
    private InputReceipt stage(int number, long now) {
        InputReceipt receipt = Inputs.receipt(Kind.TEXT, "t" + number);
        state.receipts.accept(receipt);
        InputRing staged = batches.staging(now);
        staged.addLast(Inputs.text("t" + number), receipt, number, now);
        window.add(staged.event(staged.size() - 1).sizeHint());
        return receipt;
    }

    private InputReceipt stage(int number) {
        return stage(number, NOW);
    }

    private void give(int events) {
        for (int i = 0; i < events; i++) {
            assertThat(batches.give()).isTrue();
        }
    }

    private static InputRing events(@Nullable Batch batch) {
        return Objects.requireNonNull(batch).events;
    }

    private Batch written(int... numbers) {
        for (int number : numbers) {
            stage(number);
        }
        give(numbers.length);
        batches.place();
        return Objects.requireNonNull(batches.end());
    }

    private void halt() {
        batches.halt();
    }

    @Test
    void what_was_staged_in_several_rounds_is_one_batch_in_its_order() {
        stage(1);
        stage(2);
        assertThat(batches.firstStaged()).isZero();
        give(2);
        batches.place();
        assertThat(batches.firstStaged()).isEqualTo(2);
        stage(3);
        give(1);
        batches.place();

        assertThat(sequences(events(batches.end()))).containsExactly(1L, 2L, 3L);
        assertThat(batches.firstStaged()).isZero();
    }

    @Test
    void a_round_that_took_nothing_is_no_batch() {
        assertThat(batches.end()).isNull();
        batches.staging(NOW);

        assertThat(batches.end()).isNull();
    }

    @Test
    void the_event_with_another_stage_begins_another_batch() {
        stage(1);
        stage(2);
        stage(3);
        stage(4);
        give(3);

        Batch first = batches.endBeforeLast(NOW);

        assertThat(sequences(events(first))).containsExactly(1L, 2L);
        assertThat(batches.firstStaged()).isEqualTo(1);
        give(1);
        batches.place();
        assertThat(sequences(events(batches.end()))).containsExactly(3L, 4L);
    }

    @Test
    void a_batch_is_completed_once_and_used_again() {
        Batch first = written(1, 2);

        assertThat(batches.completed(first, NOW)).isTrue();
        assertThat(batches.completed(first, NOW)).isFalse();
        batches.recycle(first);

        Batch second = written(3);
        assertThat(second).isSameAs(first);
        assertThat(sequences(second.events)).containsExactly(3L);
        assertThat(batches.completed(second, NOW)).isTrue();
    }

    @Test
    void no_event_goes_to_a_writer_that_was_halted() {
        stage(1);
        stage(2);
        give(1);

        halt();

        assertThat(batches.give()).isFalse();
    }

    @Test
    void what_was_staged_and_not_given_goes_back_when_the_writer_is_halted() {
        InputReceipt given = stage(1);
        stage(2);
        stage(3);
        give(1);
        halt();
        batches.place();

        step(batches::keepNotGiven);

        assertThat(names(lanes.text.ring)).containsExactly("t2", "t3");
        assertThat(sequences(events(batches.end()))).containsExactly(1L);
        assertThat(given.isSettled()).isFalse();
    }

    @Test
    void what_was_given_is_in_doubt_when_the_writer_is_abandoned_and_the_rest_goes_back() {
        InputReceipt whole = stage(1);
        give(1);
        batches.place();
        Batch open = batches.end();
        InputReceipt placed = stage(2);
        give(1);
        batches.place();
        InputReceipt given = stage(3);
        stage(4);
        give(1);
        halt();

        step(batches::abandon);

        assertThat(fate(whole)).isEqualTo("UNKNOWN(CONNECTION_LOST)");
        assertThat(fate(placed)).isEqualTo("UNKNOWN(CONNECTION_LOST)");
        assertThat(fate(given)).isEqualTo("UNKNOWN(CONNECTION_LOST)");
        assertThat(names(lanes.text.ring)).containsExactly("t4");
        assertThat(batches.completed(Objects.requireNonNull(open), NOW)).isFalse();
        assertThat(batches.end()).isNull();
        assertThat(batches.endBeforeLast(NOW)).isNull();
    }

    @Test
    void a_greeting_that_was_not_given_goes_back_to_no_lane() {
        batches.staging(NOW).addLast(Inputs.commit(), null, -1, NOW);
        halt();

        step(batches::keepNotGiven);

        assertThat(batches.end()).isNull();
        assertThat(lanes.hasWork()).isFalse();
    }

    @Test
    void the_pace_of_a_batch_counts_from_its_first_event_and_with_what_was_ahead_of_it() {
        stage(1, 0);
        give(1);
        batches.place();
        Batch first = Objects.requireNonNull(batches.end());
        int size = first.events.event(0).sizeHint();
        stage(2, WriteWindow.PATIENCE_NANOS);
        give(1);
        batches.place();
        Batch second = Objects.requireNonNull(batches.end());

        // Both texts within the patience behind the second one's staging: the window holds two of them.
        assertThat(batches.completed(second, 2 * WriteWindow.PATIENCE_NANOS)).isTrue();
        window.add(size - 1);
        assertThat(window.isOpen()).isTrue();
        window.add(1);

        assertThat(window.isOpen()).isFalse();
    }
}
