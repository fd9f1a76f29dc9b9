package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SidebandJoinTest {
    private static final Duration DEADLINE = JoinSettings.DEFAULT.deadline();

    private final SidebandRig rig = new SidebandRig();

    @Nested
    class WhenTheServerAccepts {
        @Test
        void socket_that_stands_is_drained_before_its_events() {
            rig.live();
            rig.wire.dial().event("session.updated");

            assertThat(rig.heard).containsExactly("answer", "joining 1", "drain", "event session.updated");
            assertThat(rig.observed).containsExactly("created", "joined after 1");
        }

        @Test
        void joined_socket_leaves_no_timer_once_it_has_settled() {
            rig.live();
            rig.wire.dial().event("session.updated");

            assertThat(rig.time.pending()).isZero();
        }

        @Test
        void input_waits_for_the_first_event_of_the_socket() {
            rig.live();
            rig.write(ClientEvent.raw("{}"));
            assertThat(rig.wire.dial().writer.written).isEmpty();

            rig.wire.dial().event("session.updated");

            assertThat(rig.wire.dial().writer.written).hasSize(1);
        }

        @Test
        void input_does_not_wait_longer_than_the_settle_time() {
            rig.live();
            rig.write(ClientEvent.raw("{}"));

            rig.advance(JoinSettings.DEFAULT.settleTime());

            assertThat(rig.wire.dial().writer.written).hasSize(1);
        }
    }

    @Nested
    class WhenAnAttemptFails {
        @Test
        @DisplayName("T-18 F19 attempts follow with growing jittered pauses")
        void attempts_follow_with_growing_jittered_pauses() {
            rig.joining();
            for (long pause : new long[] {100, 200, 400, 800, 1_600, 2_000, 2_000}) {
                int dials = rig.wire.dials.size();
                rig.wire.dial().fail(Fault.CONNECT_FAILED);

                rig.advance(Duration.ofMillis(pause * 79 / 100));
                assertThat(rig.wire.dials).hasSize(dials);
                rig.advance(Duration.ofMillis(pause * 42 / 100 + 2));
                assertThat(rig.wire.dials).hasSize(dials + 1);
            }

            assertThat(rig.heard).endsWith("joining 6", "joining 7", "joining 8");
        }

        @Test
        @DisplayName("T-18 later attempt joins and drains once")
        void later_attempt_joins_and_drains_once() {
            rig.joining();
            rig.wire.dial().refuse(404);
            rig.advance(Duration.ofMillis(130));
            rig.wire.dial().refuse(404);
            rig.advance(Duration.ofMillis(260));
            rig.wire.dial().open();

            assertThat(rig.heard).containsExactly("answer", "joining 1", "joining 2", "joining 3", "drain");
            assertThat(rig.observed).contains("joined after 3");
        }

        @ParameterizedTest
        @EnumSource(names = {"CONNECT_FAILED", "CONNECT_TIMEOUT", "TLS_TIMEOUT", "UPGRADE_TIMEOUT", "CONNECTION_LOST"})
        void network_fault_is_tried_again(Fault fault) {
            rig.joining();
            rig.wire.dial().fail(fault);
            rig.advance(Duration.ofMillis(130));

            assertThat(rig.wire.dials).hasSize(2);
        }

        @ParameterizedTest
        @ValueSource(ints = {404, 408, 429, 500, 502, 503, 504})
        void status_that_may_pass_is_tried_again(int status) {
            rig.joining();
            rig.wire.dial().refuse(status);
            rig.advance(Duration.ofMillis(130));

            assertThat(rig.wire.dials).hasSize(2);
        }

        @ParameterizedTest
        @DisplayName("T-22 F20 status that stays ends at once and hangs up")
        @ValueSource(ints = {400, 401, 403, 409, 413, 415, 422, 301, 302, 307, 308})
        void status_that_stays_ends_at_once_and_hangs_up(int status) {
            rig.joining();
            rig.wire.dial().refuse(status);

            assertThat(rig.closure().initiator()).isEqualTo(Closure.Initiator.TRANSPORT);
            assertThat(rig.closure().recoverable()).isFalse();
            assertThat(cause().fault()).isEqualTo(Fault.SIDEBAND_NOT_JOINED);
            assertThat(cause().status()).hasValue(status);
            assertThat(cause().getMessage()).contains("server.test:443").contains("1 attempt");
            assertThat(rig.wire.dials).hasSize(1);
            assertThat(rig.wire.hangUps).hasSize(1);
            assertThat(rig.time.pending()).isZero();
        }

        @ParameterizedTest
        @EnumSource(names = {"TLS_REFUSED", "CREDENTIALS_UNAVAILABLE", "PROTOCOL_VIOLATION"})
        void fault_that_stays_ends_at_once(Fault fault) {
            rig.joining();
            rig.wire.dial().fail(fault);

            assertThat(cause().fault()).isEqualTo(Fault.SIDEBAND_NOT_JOINED);
            assertThat(cause().getCause())
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            inner -> assertThat(inner.fault()).isEqualTo(fault));
        }

        @Test
        void message_never_holds_the_call_id() {
            rig.joining();
            rig.wire.dial().refuse(401);

            assertThat(cause().getMessage()).doesNotContain("rtc_");
        }
    }

    @Nested
    class WhenTheServerAsksToWait {
        @Test
        @DisplayName("T-24 wait inside the deadline is met")
        void wait_inside_the_deadline_is_met() {
            rig.joining();
            rig.wire.dial().refuse(429, 5);

            rig.advance(Duration.ofMillis(4_999));
            assertThat(rig.wire.dials).hasSize(1);
            rig.advance(Duration.ofMillis(1));
            assertThat(rig.wire.dials).hasSize(2);
        }

        @Test
        @DisplayName("T-24 wait past the deadline ends at once and names it")
        void wait_past_the_deadline_ends_at_once_and_names_it() {
            rig.joining();
            rig.wire.dial().refuse(503, 31);

            assertThat(cause().getMessage()).contains("31 s");
            assertThat(rig.time.elapsed()).isZero();
        }
    }

    @Nested
    class WhenItTakesTooLong {
        @Test
        @DisplayName("T-20 attempt that hangs is given up at its limit and repeated")
        void attempt_that_hangs_is_given_up_at_its_limit_and_repeated() {
            rig.joining();

            rig.advance(JoinSettings.DEFAULT.attemptTimeout());
            assertThat(rig.wire.dials.get(0).isOpen()).isFalse();

            rig.advance(Duration.ofMillis(130));
            assertThat(rig.wire.dials).hasSize(2);
        }

        @Test
        @DisplayName("T-21 deadline ends a join that never works at its instant")
        void deadline_ends_a_join_that_never_works_at_its_instant() {
            rig.joining();
            while (rig.closures.isEmpty()) {
                if (rig.wire.dial().isOpen()) {
                    rig.wire.dial().refuse(404);
                }
                rig.time.advanceToNext();
            }

            assertThat(rig.time.elapsed()).isEqualTo(DEADLINE);
            assertThat(rig.closure().initiator()).isEqualTo(Closure.Initiator.DEADLINE);
            assertThat(cause().fault()).isEqualTo(Fault.SIDEBAND_NOT_JOINED);
            assertThat(rig.wire.hangUps).hasSize(1);
        }

        @Test
        void deadline_ends_an_attempt_that_hangs() {
            SidebandRig slow = new SidebandRig(
                    SidebandSettings.DEFAULT.withJoin(JoinSettings.DEFAULT.withDeadline(Duration.ofSeconds(4))));
            slow.joining();

            slow.advance(Duration.ofSeconds(4));

            assertThat(slow.closure().initiator()).isEqualTo(Closure.Initiator.DEADLINE);
            assertThat(slow.wire.dial().isOpen()).isFalse();
            assertThat(slow.time.pending()).isZero();
        }

        @Test
        @DisplayName("T-23 F18 call that never becomes visible ends when its window is over")
        void call_that_never_becomes_visible_ends_when_its_window_is_over() {
            SidebandRig impatient = new SidebandRig(SidebandSettings.DEFAULT.withJoin(
                    JoinSettings.DEFAULT.withCallVisibleWithin(Duration.ofSeconds(1))));
            impatient.joining();
            while (impatient.closures.isEmpty()) {
                impatient.wire.dial().refuse(404);
                impatient.time.advanceToNext();
            }

            assertThat(impatient.time.elapsed()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
            assertThat(impatient.closure().cause().orElseThrow().getMessage()).contains("does not know the call");
        }

        @Test
        void attempts_end_at_their_bound() {
            SidebandRig bounded =
                    new SidebandRig(SidebandSettings.DEFAULT.withJoin(JoinSettings.DEFAULT.withMaxAttempts(2)));
            bounded.joining();
            bounded.wire.dial().fail(Fault.CONNECT_FAILED);
            bounded.advance(Duration.ofMillis(130));
            bounded.wire.dial().fail(Fault.CONNECT_FAILED);

            assertThat(bounded.closure().cause().orElseThrow().getMessage()).contains("2 attempts");
        }
    }

    @Nested
    class WhenAGreetingIsRequired {
        private final SidebandRig greeted = new SidebandRig(
                SidebandSettings.DEFAULT.withJoin(JoinSettings.DEFAULT.withReadiness(JoinSettings.Readiness.GREETED)));

        @Test
        void socket_stands_with_its_first_event() {
            greeted.live();
            assertThat(greeted.heard).doesNotContain("drain");

            greeted.wire.dial().event("session.created");

            assertThat(greeted.heard).endsWith("drain", "event session.created");
        }

        @Test
        @DisplayName("T-20 F25 silent socket is a failed attempt")
        void silent_socket_is_a_failed_attempt() {
            greeted.live();

            greeted.advance(JoinSettings.DEFAULT.attemptTimeout().plusMillis(130));

            assertThat(greeted.wire.dials).hasSize(2);
            assertThat(greeted.heard).doesNotContain("drain");
        }

        @Test
        void socket_closed_before_its_greeting_is_a_failed_attempt() {
            greeted.live();
            greeted.wire.dial().closedByServer(1011);

            greeted.advance(Duration.ofMillis(130));

            assertThat(greeted.heard).endsWith("joining 1", "joining 2");
        }
    }

    @Nested
    class WhenManyJoinAtOnce {
        @Test
        void join_beyond_the_bound_waits_its_turn() {
            SidebandRig narrow =
                    new SidebandRig(SidebandSettings.DEFAULT.withGuard(GuardSettings.DEFAULT.withSimultaneousJoins(1)));
            narrow.joining();
            SidebandConnection second = narrow.another();
            narrow.wire.loop.execute(() -> second.create(SidebandRig.order()));
            narrow.wire.creation().answer(201, java.util.List.of("/calls/rtc_two"), SidebandRig.ANSWER);
            assertThat(narrow.wire.dials).hasSize(1);

            narrow.wire.dial().open();

            assertThat(narrow.wire.dials).hasSize(2);
        }
    }

    @Nested
    class WhenTheJoinFails {
        @Test
        void media_goes_on_without_control_by_choice() {
            SidebandRig keeping =
                    new SidebandRig(SidebandSettings.DEFAULT.withEnd(EndSettings.DEFAULT.keepingMediaOnJoinFailure()));
            keeping.joining();
            keeping.wire.dial().refuse(401);

            assertThat(keeping.observed).endsWith("media only");
            assertThat(keeping.wire.hangUps).isEmpty();
            assertThat(keeping.closures).hasSize(1);
        }
    }

    private TransportException cause() {
        return rig.closure().cause().orElseThrow();
    }
}
