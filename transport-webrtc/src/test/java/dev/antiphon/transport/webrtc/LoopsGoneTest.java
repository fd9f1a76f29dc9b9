package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Closure;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The event loops end under a sideband: nothing can be sent any more, and everything still has its end. */
class LoopsGoneTest {
    private final SidebandRig rig = new SidebandRig();

    @AfterEach
    void exactly_one_end_and_nothing_left() {
        assertThat(rig.closures).hasSize(1);
        assertThat(rig.context.held().size()).isZero();
        assertThat(rig.context.connections()).isEmpty();
        assertThat(rig.context.background().idle().toCompletableFuture()).isDone();
    }

    @Test
    void start_that_had_sent_nothing_ends_and_leaves_nothing_to_report() {
        loopsGo();

        assertEndedByTheApplication();
        assertThat(rig.orphans).isEmpty();
    }

    @Test
    void creation_on_its_way_is_reported() {
        rig.creating();
        loopsGo();

        assertEndedByTheApplication();
        assertThat(rig.orphans).extracting(PossibleOrphan::call).containsExactly(Optional.empty());
    }

    @Test
    void abandoned_creation_on_its_way_is_reported() {
        rig.creating();
        rig.connection.close(Closure.requested());
        loopsGo();

        assertThat(rig.closure()).isEqualTo(Closure.requested());
        assertThat(rig.orphans).hasSize(1);
    }

    @Test
    void call_that_was_created_and_never_joined_is_reported() {
        rig.joining();
        loopsGo();

        assertEndedByTheApplication();
        assertReported();
    }

    @Test
    void call_between_two_attempts_is_reported() {
        rig.joining();
        rig.wire.dial().refuse(404);
        loopsGo();

        assertReported();
    }

    @Test
    void call_of_a_live_conversation_is_reported() {
        rig.live();
        loopsGo();

        assertEndedByTheApplication();
        assertReported();
    }

    @Test
    void hang_up_on_its_way_is_reported() {
        rig.wire.answersHangUps = false;
        rig.live();
        rig.connection.close(Closure.requested());
        loopsGo();

        assertReported();
    }

    @Test
    void call_that_was_hung_up_is_not_reported() {
        rig.live();
        rig.connection.close(Closure.requested());
        loopsGo();

        assertThat(rig.orphans).isEmpty();
    }

    @Test
    void start_after_the_loops_were_closed_ends_before_it_returns() {
        rig.live();
        rig.connection.close(Closure.requested());
        loopsGo();
        rig.closures.clear();

        rig.another();

        assertEndedByTheApplication();
    }

    private void loopsGo() {
        rig.context.background().loopsGone();
    }

    private void assertEndedByTheApplication() {
        assertThat(rig.closure().initiator()).isEqualTo(Closure.Initiator.APPLICATION);
        assertThat(rig.closure().code()).isEqualTo(1001);
        assertThat(rig.closure().text()).contains("event loops");
    }

    private void assertReported() {
        assertThat(rig.orphans).extracting(PossibleOrphan::call).isEqualTo(List.of(Optional.of(new CallId("rtc_one"))));
    }
}
