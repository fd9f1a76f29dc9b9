package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.ConversationLimits.AudioWhenFull;
import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ClientEvent.InputAudioBufferAppend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Frames and commands in one queue: what leaves, what is dropped and how it is counted. */
class AudioLaneTest {
    private static final int BYTES = 960;
    private static final ClientEvent COMMIT = new ClientEvent.InputAudioBufferCommit("");

    private final InputRing taken = new InputRing();
    private AudioLane lane = lane(3, Optional.empty(), AudioWhenFull.DROP_OLDEST);

    private static AudioLane lane(int frames, Optional<Duration> age, AudioWhenFull whenFull) {
        return new AudioLane(ConversationLimits.DEFAULT.withAudio(frames, age, whenFull));
    }

    private static InputAudioBufferAppend frame() {
        return new InputAudioBufferAppend("", AudioData.of(new byte[BYTES]));
    }

    private AudioOffer offer(long sequence) {
        return lane.offer(frame(), sequence, 0);
    }

    private void command(long sequence) {
        lane.command(COMMIT, new WriteTicket(WriteTicket.Place.AUDIO, Runnable::run), sequence, 0);
    }

    private List<Long> takeAll(long now) {
        List<Long> sequences = new ArrayList<>();
        while (lane.takeNext(taken, now)) {
            sequences.add(taken.sequence(taken.size() - 1));
        }
        return sequences;
    }

    @Test
    void frames_and_commands_leave_in_the_order_in_which_they_came() {
        offer(1);
        command(2);
        offer(3);
        assertThat(lane.frames()).isEqualTo(2);
        assertThat(lane.commands()).isEqualTo(1);

        assertThat(takeAll(0)).containsExactly(1L, 2L, 3L);

        assertThat(lane.frames()).isZero();
        assertThat(lane.commands()).isZero();
    }

    @Test
    void full_lane_drops_its_oldest_frame_and_no_command() {
        command(1);
        offer(2);
        offer(3);
        assertThat(offer(4)).isEqualTo(AudioOffer.ACCEPTED);

        assertThat(offer(5)).isEqualTo(AudioOffer.REPLACED_OLDEST);

        assertThat(lane.loss().report(OptionalInt.of(48_000), false))
                .isEqualTo(new AudioDrop(1, 0, 2, 2, Duration.ofMillis(20), 1, false));
        assertThat(takeAll(0)).containsExactly(1L, 3L, 4L, 5L);
        assertThat(lane.summary().droppedOverflow()).isEqualTo(1);
    }

    @Test
    void full_lane_drops_the_frame_just_offered_where_that_is_the_rule() {
        lane = lane(1, Optional.empty(), AudioWhenFull.DROP_NEWEST);
        offer(1);

        assertThat(offer(2)).isEqualTo(AudioOffer.DROPPED);

        assertThat(lane.loss().report(OptionalInt.empty(), false).firstSequence())
                .isEqualTo(2);
        assertThat(takeAll(0)).containsExactly(1L);
    }

    @Test
    void frame_is_too_old_one_moment_after_its_age_and_a_command_never() {
        lane = lane(9, Optional.of(Duration.ofNanos(100)), AudioWhenFull.DROP_OLDEST);
        command(1);
        offer(2);
        lane.offer(frame(), 3, 1);

        assertThat(takeAll(101)).containsExactly(1L, 3L);

        assertThat(lane.summary().droppedStale()).isEqualTo(1);
        assertThat(lane.loss().report(OptionalInt.empty(), false).stale()).isEqualTo(1);
    }

    @Test
    void frames_have_no_age_unless_one_was_set() {
        offer(1);

        assertThat(takeAll(Long.MAX_VALUE)).containsExactly(1L);
    }

    @Test
    void clearing_drops_frames_and_keeps_commands() {
        command(1);
        offer(2);
        command(3);
        offer(4);

        lane.clearFrames();

        assertThat(lane.summary().droppedCleared()).isEqualTo(2);
        assertThat(takeAll(0)).containsExactly(1L, 3L);
    }

    @Test
    void what_was_taken_and_not_written_goes_back_to_its_place() {
        offer(1);
        command(2);
        takeAll(0);
        offer(3);

        lane.putBack(taken, 1);
        lane.putBack(taken, 0);

        assertThat(lane.commands()).isEqualTo(1);
        assertThat(lane.frames()).isEqualTo(2);
        taken.clear();
        assertThat(takeAll(0)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void command_before_a_moment_is_found_behind_frames() {
        offer(1);
        command(3);

        assertThat(lane.hasCommandBefore(3)).isFalse();
        assertThat(lane.hasCommandBefore(4)).isTrue();
        assertThat(lane.hasCommandBefore(9)).isTrue();
        takeAll(0);
        offer(5);
        assertThat(lane.hasCommandBefore(9)).isFalse();
        command(10);
        assertThat(lane.hasCommandBefore(9)).isFalse();
    }

    @Test
    void every_frame_is_counted_once_by_what_became_of_it() {
        offer(1);
        offer(2);
        lane.paused = true;
        assertThat(offer(3)).isEqualTo(AudioOffer.PAUSED);
        lane.written(frame());
        lane.lost();
        assertThat(lane.refuse()).isEqualTo(AudioOffer.CLOSED);

        assertThat(lane.summary()).isEqualTo(new ConversationSummary.Audio(4, 1, BYTES, 1, 0, 0, 0, 2, 2));
    }

    @Test
    void frame_pends_until_it_is_written_or_dropped() {
        offer(1);
        offer(2);
        assertThat(lane.summary().pending()).isEqualTo(2);

        lane.written(frame());
        assertThat(lane.summary().pending()).isEqualTo(1);

        lane.lost();
        assertThat(lane.summary().pending()).isZero();
    }

    @Test
    void lane_without_entries_has_no_commands() {
        command(1);
        lane.ring.clear();

        lane.emptied();

        assertThat(lane.commands()).isZero();
        assertThat(lane.frames()).isZero();
    }
}
