package dev.antiphon.app.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private final EventLog log = new EventLog(3, 10_000, () -> "{\"state\":true}");

    private static String text(EventLog.Batch batch) {
        return new String(batch.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void a_reader_gets_everything_once_in_order() {
        log.append("a", "{\"n\":1}");
        log.append("b", "{\"n\":2}");

        EventLog.Batch first = log.after(0);
        log.append("c", "{\"n\":3}");
        EventLog.Batch second = log.after(first.position());

        assertThat(text(first)).isEqualTo("id: 1\nevent: a\ndata: {\"n\":1}\n\nid: 2\nevent: b\ndata: {\"n\":2}\n\n");
        assertThat(text(second)).isEqualTo("id: 3\nevent: c\ndata: {\"n\":3}\n\n");
    }

    @Test
    void a_reader_that_fell_behind_is_told_the_gap_and_given_the_state() {
        for (int n = 1; n <= 5; n++) {
            log.append("e", "{\"n\":" + n + "}");
        }

        EventLog.Batch batch = log.after(0);

        assertThat(text(batch))
                .startsWith("event: gap\ndata: {\"from\":1,\"to\":2}\n\nid: 2\nevent: snapshot\n")
                .contains("\"n\":3", "\"n\":5")
                .doesNotContain("\"n\":2");
        assertThat(batch.position()).isEqualTo(5);
    }

    @Test
    void a_reader_that_is_cut_between_the_gap_and_the_state_is_told_both_again() {
        for (int n = 1; n <= 5; n++) {
            log.append("e", "{\"n\":" + n + "}");
        }
        String whole = text(log.after(1));

        String heard = whole.substring(0, whole.indexOf("id: 2\nevent: snapshot"));
        String again = text(log.after(lastIdIn(heard, 1)));

        assertThat(heard).contains("event: gap");
        assertThat(again).isEqualTo(whole);
    }

    /** Where a browser goes on: after the last id it was sent. */
    private static long lastIdIn(String frames, long before) {
        return frames.lines()
                .filter(line -> line.startsWith("id: "))
                .mapToLong(line -> Long.parseLong(line.substring(4)))
                .reduce(before, (earlier, later) -> later);
    }

    @Test
    void large_events_are_kept_by_their_size_and_the_newest_in_any_case() {
        String large = "{\"x\":\"" + "y".repeat(4_000) + "\"}";
        log.append("a", large);
        log.append("b", large);
        log.append("c", large);

        String twoLeft = text(log.after(0));
        log.append("d", "{\"x\":\"" + "y".repeat(20_000) + "\"}");
        String oneLeft = text(log.after(0));

        assertThat(twoLeft)
                .contains("event: gap\ndata: {\"from\":1,\"to\":1}", "event: b", "event: c")
                .doesNotContain("event: a");
        assertThat(oneLeft)
                .contains("event: gap\ndata: {\"from\":1,\"to\":3}", "event: d")
                .doesNotContain("event: c");
    }

    @Test
    void a_position_that_was_never_given_begins_at_the_beginning() {
        log.append("a", "{}");

        assertThat(log.checked(1)).isOne();
        assertThat(log.checked(2)).isZero();
        assertThat(log.checked(-1)).isZero();
    }

    @Test
    void the_end_is_last_and_wakes_readers() {
        AtomicInteger woken = new AtomicInteger();
        log.listen(woken::incrementAndGet);

        log.end("closed", "{}");
        log.append("late", "{}");

        EventLog.Batch batch = log.after(0);
        assertThat(text(batch)).contains("closed").doesNotContain("late");
        assertThat(batch.isLast()).isTrue();
        assertThat(woken).hasPositiveValue();
    }

    @Test
    void a_long_backlog_comes_in_pieces() {
        EventLog large = new EventLog(1_000, 1_000_000, () -> "{}");
        String filler = "{\"x\":\"" + "y".repeat(1_000) + "\"}";
        for (int n = 0; n < 100; n++) {
            large.append("e", filler);
        }

        EventLog.Batch batch = large.after(0);

        assertThat(batch.bytes().length).isLessThan(20_000);
        assertThat(batch.isLast()).isFalse();
        long position = batch.position();
        int pieces = 1;
        while (position < 100) {
            position = large.after(position).position();
            pieces++;
        }
        assertThat(pieces).isGreaterThan(4);
    }
}
