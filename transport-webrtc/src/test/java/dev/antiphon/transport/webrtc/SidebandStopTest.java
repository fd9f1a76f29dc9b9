package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandRig.ANSWER;
import static dev.antiphon.transport.webrtc.SidebandRig.LOCATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SidebandStopTest {
    private final SidebandRig rig = new SidebandRig();

    @AfterEach
    void exactly_one_end_and_nothing_left() {
        rig.advance(Duration.ofMinutes(5));
        assertThat(rig.closures).hasSize(1);
        assertThat(rig.heard).endsWith("closed");
        assertThat(rig.time.pending()).isZero();
        assertThat(rig.wire.dials).noneMatch(FakeWire.FakeDial::isOpen);
        assertThat(rig.context.held().size()).isZero();
        assertThat(rig.context.connections()).isEmpty();
        assertThat(rig.context.background().idle().toCompletableFuture()).isDone();
    }

    @Nested
    class BeforeTheCallExists {
        @Test
        void stop_before_anything_was_sent_ends_at_once() {
            stop();
            rig.creating();

            assertThat(rig.wire.creations).isEmpty();
        }

        @Test
        void stop_while_the_request_is_on_its_way_ends_at_once_and_hangs_the_late_call_up() {
            rig.creating();
            stop();
            assertThat(rig.heard).containsExactly("closed");
            assertThat(rig.wire.creation().abandoned).isTrue();
            assertThat(rig.context.background().idle().toCompletableFuture()).isNotDone();

            rig.wire.creation().answer(201, List.of(LOCATION), ANSWER);

            assertThat(rig.wire.hangUps).hasSize(1);
            assertThat(rig.orphans).isEmpty();
            assertThat(rig.wire.dials).isEmpty();
        }

        @Test
        void late_call_without_an_id_is_reported() {
            rig.creating();
            stop();
            rig.wire.creation().answer(201, List.of(), ANSWER);

            assertThat(rig.orphans).hasSize(1);
        }

        @Test
        void request_that_is_never_answered_after_the_stop_is_reported() {
            rig.creating();
            stop();
            rig.wire.creation().fail(Fault.CONNECTION_LOST, true);

            assertThat(rig.orphans).hasSize(1);
        }

        @Test
        void request_that_never_left_leaves_nothing_to_report() {
            rig.creating();
            stop();
            rig.wire.creation().fail(Fault.CONNECT_FAILED, false);

            assertThat(rig.orphans).isEmpty();
            assertThat(rig.wire.creations).hasSize(1);
        }

        @Test
        void stop_between_two_tries_sends_no_other() {
            rig.creating();
            rig.wire.creation().fail(Fault.CONNECT_FAILED, false);
            stop();
            rig.advance(Duration.ofMinutes(1));

            assertThat(rig.wire.creations).hasSize(1);
        }
    }

    @Nested
    class WhileJoining {
        @Test
        void stop_during_an_attempt_gives_it_up_and_hangs_up() {
            rig.joining();
            stop();

            assertThat(rig.heard).containsExactly("answer", "joining 1", "closed");
            assertThat(rig.wire.hangUps).hasSize(1);
        }

        @Test
        void end_is_reported_when_the_attempt_is_really_over() {
            rig.wire.endsClosedDials = false;
            rig.joining();
            stop();
            assertThat(rig.closures).isEmpty();

            rig.wire.dial().open();
            rig.wire.dial().closedByServer(1000);

            assertThat(rig.heard).containsExactly("answer", "joining 1", "closed");
        }

        @Test
        void stop_during_a_pause_ends_at_once() {
            rig.joining();
            rig.wire.dial().refuse(404);
            stop();

            assertThat(rig.closures).hasSize(1);
            assertThat(rig.wire.hangUps).hasSize(1);
        }

        @Test
        void stop_between_upgrade_and_greeting_writes_nothing() {
            SidebandRig greeted = new SidebandRig(SidebandSettings.DEFAULT.withJoin(
                    JoinSettings.DEFAULT.withReadiness(JoinSettings.Readiness.GREETED)));
            greeted.live();
            greeted.connection.close(Closure.requested());

            assertThat(greeted.heard).containsExactly("answer", "joining 1", "closed");
            assertThat(greeted.time.pending()).isZero();
            stop();
        }

        @Test
        void stop_while_a_lost_socket_is_joined_again() {
            rig.live();
            rig.wire.dial().closedByServer(1012);
            stop();

            assertThat(rig.heard).containsExactly("answer", "joining 1", "drain", "joining 1", "closed");
            assertThat(rig.wire.hangUps).hasSize(1);
        }
    }

    @Nested
    class WhenLive {
        @Test
        void stop_closes_the_socket_with_the_closures_code_and_hangs_up() {
            rig.live();
            stop();

            assertThat(rig.wire.dial().calls).containsExactly("close 1000");
            assertThat(rig.closure()).isEqualTo(Closure.requested());
            assertThat(rig.wire.hangUps).hasSize(1);
        }

        @Test
        void call_outlives_the_conversation_by_choice() {
            SidebandRig keeping =
                    new SidebandRig(SidebandSettings.DEFAULT.withEnd(EndSettings.DEFAULT.keepingCallOnClose()));
            keeping.live();
            keeping.connection.close(Closure.requested());

            assertThat(keeping.wire.hangUps).isEmpty();
            assertThat(keeping.context.held().size()).isZero();
            stop();
        }

        @Test
        void events_after_the_stop_are_not_delivered() {
            rig.wire.endsClosedDials = false;
            rig.live();
            stop();
            rig.wire.dial().event("late");
            rig.wire.dial().closedByServer(1000);

            assertThat(rig.heard).doesNotContain("event late");
            assertThat(rig.closure()).isEqualTo(Closure.requested());
        }

        @Test
        void first_of_two_stops_counts() {
            rig.live();
            stop();
            rig.connection.close(Closure.replaced());

            assertThat(rig.closure()).isEqualTo(Closure.requested());
        }

        @Test
        void stop_after_the_servers_close_changes_nothing() {
            rig.live();
            rig.wire.dial().closedByServer(1000);
            stop();

            assertThat(rig.closure().initiator()).isEqualTo(Closure.Initiator.SERVER);
            assertThat(rig.wire.hangUps).hasSize(1);
        }
    }

    @Nested
    class WhileHangingUp {
        @Test
        void hang_up_is_tried_three_times_and_then_reported() {
            rig.wire.answersHangUps = false;
            rig.live();
            stop();
            for (int i = 0; i < 3; i++) {
                rig.wire.hangUp().refuse(500);
                rig.advance(Duration.ofSeconds(5));
            }

            assertThat(rig.wire.hangUps).hasSize(3);
            assertThat(rig.orphans)
                    .singleElement()
                    .satisfies(orphan -> assertThat(orphan.call()).contains(new CallId("rtc_one")));
        }

        @Test
        void hang_up_that_is_refused_for_good_is_reported_at_once() {
            rig.wire.answersHangUps = false;
            rig.live();
            stop();
            rig.wire.hangUp().refuse(401);

            assertThat(rig.wire.hangUps).hasSize(1);
            assertThat(rig.orphans).hasSize(1);
        }

        @Test
        void call_that_the_server_no_longer_knows_is_over() {
            rig.wire.answersHangUps = false;
            rig.live();
            stop();
            rig.wire.hangUp().refuse(404);

            assertThat(rig.wire.hangUps).hasSize(1);
            assertThat(rig.orphans).isEmpty();
        }

        @Test
        void call_that_was_never_joined_may_not_be_visible_to_the_hang_up_yet() {
            rig.wire.answersHangUps = false;
            rig.joining();
            stop();
            rig.wire.hangUp().refuse(404);
            rig.advance(Duration.ofMillis(1_300));
            rig.wire.hangUp().answer(200, List.of(), "");

            assertThat(rig.wire.hangUps).hasSize(2);
            assertThat(rig.orphans).isEmpty();
        }

        @Test
        void call_that_was_never_joined_and_stays_unknown_to_the_hang_up_is_reported() {
            rig.wire.answersHangUps = false;
            rig.joining();
            stop();
            for (int i = 0; i < 3; i++) {
                assertThat(rig.orphans).isEmpty();
                rig.wire.hangUp().refuse(404);
                rig.advance(Duration.ofSeconds(5));
            }

            assertThat(rig.wire.hangUps).hasSize(3);
            assertThat(rig.orphans)
                    .singleElement()
                    .satisfies(orphan -> assertThat(orphan.reason()).contains("not shown it yet", "3 tries", "404"));
        }

        @Test
        void call_that_is_gone_for_good_is_over_although_it_was_never_joined() {
            rig.wire.answersHangUps = false;
            rig.joining();
            stop();
            rig.wire.hangUp().refuse(410);

            assertThat(rig.wire.hangUps).hasSize(1);
            assertThat(rig.orphans).isEmpty();
        }

        @Test
        void wait_that_the_server_asks_for_is_met_up_to_the_time_of_a_try() {
            rig.wire.answersHangUps = false;
            rig.live();
            stop();
            rig.wire.hangUp().refuse(429, 3);
            rig.advance(Duration.ofMillis(2_999));
            assertThat(rig.wire.hangUps).hasSize(1);
            rig.advance(Duration.ofMillis(1));
            rig.wire.hangUp().answer(200, List.of(), "");

            assertThat(rig.orphans).isEmpty();
        }
    }

    @Test
    void refused_start_ends_before_anything_is_sent() {
        rig.wire.loop.execute(() -> rig.connection.refuse(new TransportException(Fault.REQUEST_INVALID, "test")));

        assertThat(rig.closure().cause().orElseThrow().fault()).isEqualTo(Fault.REQUEST_INVALID);
    }

    private void stop() {
        rig.connection.close(Closure.requested());
    }
}
