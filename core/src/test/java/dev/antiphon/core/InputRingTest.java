package dev.antiphon.core;

import static dev.antiphon.core.Inputs.names;
import static dev.antiphon.core.Inputs.sequences;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Entries stay in order with all that is known about each, wherever the ring begins. */
class InputRingTest {
    private final InputRing ring = new InputRing();

    /** Adds texts t{from} to t{to}, whose numbers are their sequence numbers and times. */
    private void add(int from, int to) {
        for (int i = from; i <= to; i++) {
            ring.addLast(Inputs.text("t" + i), Inputs.receipt("t" + i), i, 10L * i);
        }
    }

    private void assertHolds(long... sequences) {
        assertThat(sequences(ring)).containsExactly(box(sequences));
        assertThat(ring.size()).isEqualTo(sequences.length);
        assertThat(ring.isEmpty()).isEqualTo(sequences.length == 0);
        long bytes = 0;
        for (int i = 0; i < sequences.length; i++) {
            String name = "t" + sequences[i];
            assertThat(names(ring).get(i)).isEqualTo(name);
            assertThat(ring.ticket(i))
                    .isInstanceOfSatisfying(
                            InputReceipt.class,
                            receipt -> assertThat(receipt.itemId()).isEqualTo("item_" + name));
            assertThat(ring.time(i)).isEqualTo(10 * sequences[i]);
            bytes += ring.event(i).sizeHint();
        }
        assertThat(ring.bytes()).isEqualTo(bytes);
    }

    private static Long[] box(long... numbers) {
        return java.util.Arrays.stream(numbers).boxed().toArray(Long[]::new);
    }

    @Test
    void grows_wherever_it_begins() {
        add(1, 4);
        ring.removeFirst();
        ring.removeFirst();
        add(5, 9);

        assertHolds(3, 4, 5, 6, 7, 8, 9);
        add(10, 20);
        ring.removeFirst();
        assertHolds(4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
    }

    @Test
    void an_entry_taken_out_of_the_middle_leaves_the_others_in_order() {
        add(1, 5);

        ring.removeAt(2);
        assertHolds(1, 2, 4, 5);
        ring.removeAt(3);
        assertHolds(1, 2, 4);
        ring.removeAt(0);
        assertHolds(2, 4);
    }

    @Test
    void the_first_entry_moves_behind_the_last_of_another_ring() {
        InputRing source = new InputRing();
        source.addLast(Inputs.text("t7"), Inputs.receipt("t7"), 7, 70);
        source.addLast(Inputs.text("t8"), Inputs.receipt("t8"), 8, 80);
        add(1, 1);

        source.moveFirstTo(ring);

        assertHolds(1, 7);
        assertThat(sequences(source)).containsExactly(8L);
        assertThat(source.bytes()).isEqualTo(source.event(0).sizeHint());
    }

    @Test
    void an_entry_that_comes_back_takes_the_place_of_its_number() {
        InputRing lost = new InputRing();
        for (int i : new int[] {5, 1, 9, 3}) {
            lost.addLast(Inputs.text("t" + i), Inputs.receipt("t" + i), i, 10L * i);
        }
        add(4, 4);
        add(6, 7);

        ring.putBack(lost, 0);
        assertHolds(4, 5, 6, 7);
        ring.putBack(lost, 1);
        assertHolds(1, 4, 5, 6, 7);
        ring.putBack(lost, 2);
        assertHolds(1, 4, 5, 6, 7, 9);
        ring.putBack(lost, 3);

        assertHolds(1, 3, 4, 5, 6, 7, 9);
        assertThat(sequences(lost)).containsExactly(5L, 1L, 9L, 3L);
    }

    @Test
    void an_entry_that_comes_back_may_be_the_only_one() {
        InputRing lost = new InputRing();
        lost.addLast(Inputs.text("t5"), Inputs.receipt("t5"), 5, 50);

        ring.putBack(lost, 0);

        assertHolds(5);
    }

    @Test
    void a_cleared_ring_holds_nothing_and_takes_again() {
        add(1, 6);
        ring.removeFirst();

        ring.clear();

        assertHolds();
        add(7, 8);
        assertHolds(7, 8);
    }

    @Test
    void there_is_no_event_behind_the_last() {
        assertThatThrownBy(() -> ring.event(0)).isInstanceOf(IndexOutOfBoundsException.class);
        add(1, 4);
        ring.removeFirst();

        assertThatThrownBy(() -> ring.event(3))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("3 of 3");
    }
}
