package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SidebandRejoinTest {
    private static final Duration PROVEN = Duration.ofSeconds(2);

    private final SidebandRig rig = new SidebandRig();

    @ParameterizedTest
    @DisplayName("F27 same call is joined again after the server went away")
    @ValueSource(ints = {1001, 1005, 1006, 1011, 1012, 1013})
    void same_call_is_joined_again_after_the_server_went_away(int code) {
        rig.live();
        rig.advance(PROVEN);

        rig.wire.dial().closedByServer(code);
        rig.advance(Duration.ofMillis(130));
        rig.wire.dial().open();

        assertThat(rig.heard).containsExactly("answer", "joining 1", "drain", "joining 1", "drain");
        assertThat(rig.wire.dial().call).isEqualTo(new CallId("rtc_one"));
        assertThat(rig.observed).endsWith("rejoining", "rejoined after 1");
        assertThat(rig.wire.hangUps).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("T-76 F28 same call is joined again after a loss without close")
    @EnumSource(names = {"CONNECTION_LOST", "WRITE_TIMEOUT"})
    void same_call_is_joined_again_after_a_loss_without_close(Fault fault) {
        rig.live();
        rig.wire.dial().fail(fault);
        rig.advance(Duration.ofMillis(130));

        assertThat(rig.wire.dials).hasSize(2);
    }

    @ParameterizedTest
    @DisplayName("F29 other codes end the conversation and the call")
    @ValueSource(ints = {1000, 1002, 1003, 1007, 1008, 1009, 1010, 3000, 4000})
    void other_codes_end_the_conversation_and_the_call(int code) {
        rig.live();
        rig.wire.dial().closedByServer(code);

        assertThat(rig.closure().initiator()).isEqualTo(Closure.Initiator.SERVER);
        assertThat(rig.closure().code()).isEqualTo(code);
        assertThat(rig.closure().recoverable()).isFalse();
        assertThat(rig.wire.dials).hasSize(1);
        assertThat(rig.wire.hangUps).hasSize(1);
        assertThat(rig.time.pending()).isZero();
    }

    @Test
    void loss_ends_the_conversation_where_joining_again_is_switched_off() {
        SidebandRig once = new SidebandRig(SidebandSettings.DEFAULT.withJoin(JoinSettings.DEFAULT.withoutRejoin()));
        once.live();
        once.wire.dial().closedByServer(1012);

        assertThat(once.closure().code()).isEqualTo(1012);
        assertThat(once.closure().recoverable()).isTrue();
    }

    @Test
    void loss_is_told_at_once_and_not_after_the_pause() {
        rig.live();
        rig.wire.dial().fail(Fault.CONNECTION_LOST);

        assertThat(rig.heard).endsWith("drain", "joining 1");
        assertThat(rig.wire.dials).hasSize(1);

        rig.advance(Duration.ofMillis(130));
        assertThat(rig.wire.dials).hasSize(2);
        assertThat(rig.heard).endsWith("drain", "joining 1");
    }

    @Test
    @DisplayName("T-77 not found after a loss means that the call is over")
    void not_found_after_a_loss_means_that_the_call_is_over() {
        rig.live();
        rig.advance(PROVEN);
        rig.wire.dial().closedByServer(1006);
        rig.advance(Duration.ofMillis(130));

        rig.wire.dial().refuse(404);

        assertThat(rig.closure().initiator()).isEqualTo(Closure.Initiator.SERVER);
        assertThat(rig.wire.dials).hasSize(2);
    }

    @Test
    void deadline_of_the_rejoin_counts_from_the_loss() {
        rig.live();
        rig.advance(Duration.ofMinutes(10));
        rig.wire.dial().closedByServer(1011);
        while (rig.closures.isEmpty()) {
            if (rig.wire.dial().isOpen()) {
                rig.wire.dial().fail(Fault.CONNECT_FAILED);
            }
            rig.time.advanceToNext();
        }

        assertThat(rig.time.elapsed()).isEqualTo(Duration.ofMinutes(10).plus(JoinSettings.DEFAULT.rejoinDeadline()));
        assertThat(rig.closure().initiator()).isEqualTo(Closure.Initiator.DEADLINE);
    }

    @Test
    @DisplayName("F22 input that waited for the lost socket is handed back unwritten")
    void input_that_waited_for_the_lost_socket_is_handed_back_unwritten() {
        rig.live();
        rig.write(ClientEvent.raw("{}"));
        FakeWire.FakeDial first = rig.wire.dial();

        first.fail(Fault.CONNECTION_LOST);
        rig.advance(Duration.ofMillis(130));
        rig.wire.dial().open();

        assertThat(first.writer.written).isEmpty();
        assertThat(rig.writers).hasSize(2);
    }

    @Test
    void server_that_accepts_and_cuts_for_ever_meets_the_deadline() {
        rig.joining();
        while (rig.closures.isEmpty()) {
            if (rig.wire.dial().isOpen()) {
                rig.wire.dial().open();
                rig.wire.dial().fail(Fault.CONNECTION_LOST);
            }
            rig.time.advanceToNext();
        }

        assertThat(rig.time.elapsed()).isEqualTo(JoinSettings.DEFAULT.deadline());
        assertThat(rig.wire.dials).hasSizeLessThan(40);
    }

    @Test
    void server_that_greets_and_cuts_is_joined_again_ever_more_slowly_and_not_for_ever() {
        rig.joining();
        while (rig.closures.isEmpty()) {
            if (rig.wire.dial().isOpen()) {
                rig.wire.dial().open();
                rig.wire.dial().event("session.updated");
                rig.wire.dial().fail(Fault.CONNECTION_LOST);
            }
            rig.time.advanceToNext();
        }

        assertThat(rig.time.elapsed()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(110));
        assertThat(rig.wire.dials).hasSizeBetween(35, 60);
    }

    @Test
    void call_that_was_cut_before_it_settled_may_still_be_not_yet_visible() {
        rig.live();
        rig.wire.dial().fail(Fault.CONNECTION_LOST);
        rig.advance(Duration.ofMillis(130));

        rig.wire.dial().refuse(404);
        rig.advance(Duration.ofMillis(260));
        rig.wire.dial().open();

        assertThat(rig.closures).isEmpty();
        assertThat(rig.heard).endsWith("joining 1", "joining 2", "drain");
    }

    @Test
    void late_events_of_the_lost_socket_reach_nobody() {
        rig.live();
        FakeWire.FakeDial first = rig.wire.dial();
        first.fail(Fault.CONNECTION_LOST);
        rig.advance(Duration.ofMillis(130));
        rig.wire.dial().open();

        first.event("late");

        assertThat(rig.heard).doesNotContain("event late");
    }

    @Test
    void a_pause_counts_within_the_task_that_asks_for_it() {
        rig.live();
        List<String> within = new ArrayList<>();

        rig.wire.loop.execute(() -> {
            rig.connection.pauseReceiving();
            within.addAll(rig.wire.dial().calls);
        });

        assertThat(within).containsExactly("pause");
    }

    @Test
    void paused_reading_stays_paused_on_the_next_socket() {
        rig.live();
        rig.connection.pauseReceiving();
        rig.wire.dial().fail(Fault.CONNECTION_LOST);
        rig.advance(Duration.ofMillis(130));
        rig.wire.dial().open();
        assertThat(rig.wire.dial().calls).containsExactly("pause");

        rig.connection.resumeReceiving();

        assertThat(rig.wire.dial().calls).containsExactly("pause", "resume");
    }

    @Test
    void silence_of_the_server_is_observed_and_ends_the_conversation_on_request() {
        SidebandRig watched = new SidebandRig(
                SidebandSettings.DEFAULT.withEnd(EndSettings.DEFAULT.endingAfterSilenceOf(Duration.ofSeconds(20))));
        watched.live();
        watched.wire.dial().event("session.updated");

        watched.advance(Duration.ofSeconds(20));

        assertThat(watched.observed).endsWith("silent");
        assertThat(watched.closure().cause().orElseThrow().fault()).isEqualTo(Fault.CALLER_INACTIVE);
        assertThat(watched.wire.hangUps).hasSize(1);
    }

    @Test
    void caller_is_not_silent_while_we_do_not_listen() {
        SidebandRig watched = new SidebandRig(
                SidebandSettings.DEFAULT.withEnd(EndSettings.DEFAULT.endingAfterSilenceOf(Duration.ofSeconds(20))));
        watched.live();
        watched.connection.pauseReceiving();
        watched.advance(Duration.ofSeconds(59));

        watched.connection.resumeReceiving();
        watched.advance(Duration.ofSeconds(19));
        assertThat(watched.observed).doesNotContain("silent");
        assertThat(watched.closures).isEmpty();

        watched.advance(Duration.ofSeconds(1));
        assertThat(watched.observed).endsWith("silent");
    }
}
