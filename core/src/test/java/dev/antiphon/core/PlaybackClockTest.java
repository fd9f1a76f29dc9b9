package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.AudioFormat;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which item plays and how much of it was heard; 48 bytes are a millisecond. */
class PlaybackClockTest {
    private static final int MILLI = 48;

    private final PlaybackClock clock = new PlaybackClock(AudioFormat.PCM16);

    private void receive(String response, String item, int millis) {
        clock.onAudio(response, item, 0, millis * MILLI);
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    private String state() {
        return clock.itemId() + " " + clock.heard().toMillis() + "/"
                + clock.received().toMillis();
    }

    @Test
    void nothing_plays_before_audio_comes() {
        clock.playedMillis(5);

        assertThat(state()).isEqualTo(" 0/0");
        assertThat(clock.contentIndex()).isZero();
        assertThat(clock.end()).isEqualTo(PlaybackMark.NOWHERE);
    }

    @Test
    void what_was_played_before_audio_came_counts_for_none() {
        clock.playedMillis(5);
        receive("r", "a", 10);

        assertThat(state()).isEqualTo("a 0/10");
    }

    @Test
    void newest_item_plays_where_nobody_tells() {
        receive("r", "a", 10);
        receive("r", "b", 20);

        assertThat(state()).isEqualTo("b 0/20");
    }

    @Test
    void first_item_plays_once_somebody_tells_and_never_beyond_its_end() {
        receive("r", "a", 10);
        clock.playedBytes(4 * MILLI);
        assertThat(state()).isEqualTo("a 4/10");
        clock.playedMillis(100);
        assertThat(state()).isEqualTo("a 10/10");

        receive("r", "a", 10);

        assertThat(state()).isEqualTo("a 10/20");
    }

    @Test
    void what_is_played_beyond_an_item_counts_for_the_next() {
        receive("r", "a", 10);
        receive("r", "b", 20);
        receive("r", "c", 30);

        clock.playedMillis(9);
        assertThat(state()).isEqualTo("a 9/10");
        clock.playedMillis(1);
        assertThat(state()).isEqualTo("b 0/20");
        clock.playedMillis(25);

        assertThat(state()).isEqualTo("c 5/30");
    }

    @Test
    void item_that_was_played_to_its_end_gives_way_when_the_next_begins() {
        receive("r", "a", 10);
        clock.playedMillis(10);
        assertThat(state()).isEqualTo("a 10/10");

        receive("r", "b", 20);

        assertThat(state()).isEqualTo("b 0/20");
    }

    @Test
    void parts_of_one_item_are_told_apart() {
        receive("r", "a", 10);
        clock.onAudio("r", "a", 1, 20 * MILLI);

        assertThat(clock.contentIndex()).isEqualTo(1);
        assertThat(clock.end()).isEqualTo(new PlaybackMark("a", 1, millis(20)));
    }

    @Test
    void mark_says_that_all_before_it_was_heard() {
        receive("r", "a", 10);
        receive("r", "b", 20);
        receive("r", "c", 30);

        clock.reached(new PlaybackMark("b", 0, millis(7)));

        assertThat(state()).isEqualTo("b 7/20");
        clock.reached(new PlaybackMark("a", 0, millis(3)));
        clock.reached(new PlaybackMark("b", 1, millis(3)));
        assertThat(state()).isEqualTo("b 7/20");
    }

    @Test
    void mark_at_the_end_of_an_item_leads_to_the_next() {
        receive("r", "a", 10);
        receive("r", "b", 20);

        clock.reached(new PlaybackMark("a", 0, millis(10)));

        assertThat(state()).isEqualTo("b 0/20");
    }

    @Test
    void cut_response_plays_on_until_another_one_speaks() {
        receive("r1", "a", 10);
        receive("r2", "b", 10);
        clock.playedMillis(4);

        clock.onCut("r1");
        receive("r2", "b", 10);
        assertThat(state()).isEqualTo("a 4/10");
        receive("r3", "c", 10);

        assertThat(state()).isEqualTo("b 0/20");
    }

    @Test
    void cut_response_that_goes_on_is_not_forgotten() {
        receive("r1", "a", 10);
        clock.playedMillis(4);

        clock.onCut("r1");
        receive("r1", "b", 10);

        assertThat(state()).isEqualTo("a 4/10");
    }

    @Test
    void response_stays_cut_whatever_is_cut_after_it() {
        receive("r1", "a", 10);
        clock.playedMillis(4);
        clock.onCut("r1");
        clock.onCut("another");

        receive("r2", "b", 10);

        assertThat(state()).isEqualTo("b 0/10");
    }

    @Test
    void oldest_of_more_than_64_items_is_forgotten() {
        for (int i = 0; i < 64; i++) {
            receive("r", "item_" + i, 10);
        }
        clock.playedMillis(4);
        assertThat(state()).isEqualTo("item_0 4/10");

        receive("r", "newest", 10);

        assertThat(state()).isEqualTo("item_1 0/10");
    }

    @Test
    void position_to_truncate_at_is_between_nothing_and_what_was_received() {
        receive("r", "a", 10);

        assertThat(clock.clamp(millis(-1))).isZero();
        assertThat(clock.clamp(millis(0))).isZero();
        assertThat(clock.clamp(millis(9))).isEqualTo(9);
        assertThat(clock.clamp(millis(11))).isEqualTo(10);
    }

    @Test
    void format_counts_from_the_moment_it_changes() {
        receive("r", "a", 10);

        clock.useFormat(AudioFormat.PCMU);
        clock.onAudio("r", "a", 0, 80);

        assertThat(state()).isEqualTo("a 0/20");
    }

    @Test
    void nothing_plays_after_an_interruption() {
        receive("r", "a", 10);
        clock.playedMillis(4);

        clock.clear();

        assertThat(state()).isEqualTo(" 0/0");
        receive("r", "b", 10);
        assertThat(state()).isEqualTo("b 0/10");
    }
}
