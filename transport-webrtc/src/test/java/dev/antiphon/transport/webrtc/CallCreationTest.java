package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandRig.ANSWER;
import static dev.antiphon.transport.webrtc.SidebandRig.LOCATION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallCreationTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SidebandRig rig = new SidebandRig();

    @Nested
    class WhenAnswered {
        @Test
        void answer_is_first_and_the_join_follows() {
            rig.creating();
            rig.wire.creation().answer(201, List.of(LOCATION), ANSWER);

            assertThat(rig.heard).containsExactly("answer", "joining 1");
            assertThat(rig.wire.dial().call).isEqualTo(new CallId("rtc_one"));
        }

        @Test
        void any_success_status_counts() {
            rig.creating();
            rig.wire.creation().answer(200, List.of(LOCATION), ANSWER);

            assertThat(rig.heard).startsWith("answer");
        }

        @Test
        void ticket_ties_the_call_to_where_it_was_created() {
            rig.joining();

            assertThat(rig.tickets).singleElement().satisfies(ticket -> {
                assertThat(ticket.call()).isEqualTo(new CallId("rtc_one"));
                assertThat(ticket.baseUrl()).hasToString("https://server.test/v1");
                assertThat(ticket.identity()).contains("identity");
                assertThat(ticket.session().orElseThrow().text()).contains("gpt-realtime");
            });
        }
    }

    @Nested
    class WhenTheAnswerCannotBeUsed {
        @ParameterizedTest
        @DisplayName("T-27 F14 bad answer ends the start and hangs the call up")
        @ValueSource(strings = {"", "<html></html>", "{\"error\":{}}", "v=0\r\na=cut"})
        void bad_answer_ends_the_start_and_hangs_the_call_up(String body) {
            rig.creating();
            rig.wire.creation().answer(201, List.of(LOCATION), body);

            assertThat(rig.heard).containsExactly("closed");
            assertThat(cause().fault()).isEqualTo(Fault.BAD_ANSWER);
            assertThat(rig.wire.hangUps).hasSize(1);
            assertThat(rig.orphans).isEmpty();
        }

        @Test
        @DisplayName("F14 body that was cut hangs up the call its head named")
        void body_that_was_cut_hangs_up_the_call_its_head_named() {
            rig.creating();
            rig.wire.creation().failAfterHead(201, List.of(LOCATION));

            assertThat(cause().fault()).isEqualTo(Fault.BAD_ANSWER);
            assertThat(rig.wire.hangUp().target).isEqualTo("rtc_one");
        }

        @Test
        void body_that_was_cut_without_a_call_id_is_reported() {
            rig.creating();
            rig.wire.creation().failAfterHead(201, List.of());

            assertThat(cause().fault()).isEqualTo(Fault.BAD_ANSWER);
            assertThat(rig.orphans)
                    .singleElement()
                    .satisfies(orphan -> assertThat(orphan.requestId()).isEqualTo("req_1"));
        }

        @Test
        @DisplayName("T-28 F13 missing location fails with the answer and reports the call")
        void missing_location_fails_with_the_answer_and_reports_the_call() {
            rig.creating();
            rig.wire.creation().answer(201, List.of(), ANSWER);

            assertThat(rig.heard).containsExactly("closed");
            assertThat(cause().fault()).isEqualTo(Fault.BAD_CALL_RESPONSE);
            assertThat(cause().answer().orElseThrow().text()).isEqualTo(ANSWER);
            assertThat(rig.orphans).hasSize(1);
        }

        @Test
        void missing_location_still_gives_the_answer_where_media_alone_is_wanted() {
            SidebandRig keeping =
                    new SidebandRig(SidebandSettings.DEFAULT.withEnd(EndSettings.DEFAULT.keepingMediaOnJoinFailure()));
            keeping.creating();
            keeping.wire.creation().answer(201, List.of(), ANSWER);

            assertThat(keeping.heard).containsExactly("answer", "closed");
            assertThat(keeping.observed).containsExactly("possible orphan");
        }

        @Test
        void answer_comes_before_everything_else_and_the_call_lives_where_media_alone_is_wanted_and_two_are_named() {
            SidebandRig keeping =
                    new SidebandRig(SidebandSettings.DEFAULT.withEnd(EndSettings.DEFAULT.keepingMediaOnJoinFailure()));
            keeping.creating();
            keeping.wire.creation().answer(201, List.of(LOCATION, "/v1/realtime/calls/rtc_two"), ANSWER);

            assertThat(keeping.all).containsExactly("answer", "closed", "possible orphan");
            assertThat(keeping.wire.hangUps).isEmpty();
        }

        @ParameterizedTest
        @DisplayName("B13 hostile location is no call id")
        @ValueSource(
                strings = {"/v1/realtime/calls/", "/v1/realtime/calls/rtc_a%0d%0aX", "/calls/rtc_ü", "/calls/rtc_a&b=c"
                })
        void hostile_location_is_no_call_id(String location) {
            rig.creating();
            rig.wire.creation().answer(201, List.of(location), ANSWER);

            assertThat(cause().fault()).isEqualTo(Fault.BAD_CALL_RESPONSE);
            assertThat(rig.wire.dials).isEmpty();
        }

        @Test
        @DisplayName("F13 two different locations are both hung up")
        void two_different_locations_are_both_hung_up() {
            rig.creating();
            rig.wire.creation().answer(201, List.of(LOCATION, "/v1/realtime/calls/rtc_two"), ANSWER);

            assertThat(cause().fault()).isEqualTo(Fault.BAD_CALL_RESPONSE);
            assertThat(rig.wire.hangUps).extracting(post -> post.target).containsExactly("rtc_one", "rtc_two");
        }

        @Test
        void same_location_twice_is_one_call() {
            rig.creating();
            rig.wire.creation().answer(201, List.of(LOCATION, LOCATION), ANSWER);

            assertThat(rig.heard).startsWith("answer");
        }
    }

    @Nested
    class WhenTheCallIdIsHeldAlready {
        @Test
        @DisplayName("F16 second conversation ends and the first is not touched")
        void second_conversation_ends_and_the_first_is_not_touched() {
            rig.live();
            SidebandConnection second = rig.another();
            rig.wire.loop.execute(() -> second.create(SidebandRig.order()));
            rig.wire.creation().answer(201, List.of(LOCATION), ANSWER);

            assertThat(cause().fault()).isEqualTo(Fault.DUPLICATE_CALL_ID);
            assertThat(rig.wire.dials).hasSize(1);
            assertThat(rig.wire.dial().isOpen()).isTrue();
            assertThat(rig.wire.hangUps).isEmpty();
        }

        @Test
        void bad_answer_that_names_a_held_call_does_not_hang_it_up() {
            rig.live();
            SidebandConnection second = rig.another();
            rig.wire.loop.execute(() -> second.create(SidebandRig.order()));
            rig.wire.creation().answer(201, List.of(LOCATION), "<html>");

            assertThat(cause().fault()).isEqualTo(Fault.BAD_ANSWER);
            assertThat(rig.wire.hangUps).isEmpty();
        }

        @Test
        void call_can_be_held_again_once_it_was_hung_up() {
            rig.live();
            rig.connection.close(Closure.requested());

            assertThat(rig.context.held().size()).isZero();
        }
    }

    @Nested
    class WhenNothingWasSent {
        @ParameterizedTest
        @DisplayName("F01 F02 F04 creation is tried again after a jittered pause")
        @EnumSource(names = {"CONNECT_FAILED", "CONNECT_TIMEOUT", "TLS_TIMEOUT"})
        void creation_is_tried_again_after_a_jittered_pause(Fault fault) {
            rig.creating();
            rig.wire.creation().fail(fault, false);

            assertThat(rig.nextTimer()).isBetween(Duration.ofMillis(79), Duration.ofMillis(122));
            rig.advance(Duration.ofMillis(130));
            rig.wire.creation().answer(201, List.of(LOCATION), ANSWER);

            assertThat(rig.wire.creations).hasSize(2);
            assertThat(rig.heard).containsExactly("answer", "joining 1");
        }

        @Test
        void deadline_ends_the_tries_with_the_last_fault() {
            rig.creating();
            int tries = 0;
            while (rig.closures.isEmpty() && tries++ < 1_000) {
                rig.wire.creation().fail(Fault.CONNECT_FAILED, false);
                rig.time.advanceToNext();
            }

            assertThat(cause().fault()).isEqualTo(Fault.CONNECT_FAILED);
            assertThat(rig.time.elapsed()).isLessThanOrEqualTo(CallSettings.DEFAULT.deadline());
            assertThat(rig.orphans).isEmpty();
        }

        @ParameterizedTest
        @EnumSource(names = {"TLS_REFUSED", "CREDENTIALS_UNAVAILABLE"})
        void fault_that_stays_is_final(Fault fault) {
            rig.creating();
            rig.wire.creation().fail(fault, false);

            assertThat(cause().fault()).isEqualTo(fault);
            assertThat(rig.wire.creations).hasSize(1);
        }
    }

    @Nested
    class WhenTheOutcomeIsUnknown {
        @Test
        @DisplayName("F06 F07 request that may have arrived is not repeated and is reported")
        void request_that_may_have_arrived_is_not_repeated_and_is_reported() {
            rig.creating();
            rig.wire.creation().fail(Fault.CONNECTION_LOST, true);
            rig.advance(MINUTE);

            assertThat(rig.wire.creations).hasSize(1);
            assertThat(cause().fault()).isEqualTo(Fault.CALL_OUTCOME_UNKNOWN);
            assertThat(rig.orphans)
                    .singleElement()
                    .satisfies(orphan -> assertThat(cause().getMessage()).contains(orphan.requestId()))
                    .satisfies(orphan -> assertThat(orphan).asString().startsWith("POSSIBLE_ORPHAN"));
        }

        @Test
        @DisplayName("F07 late answer of a start that ran out of time is hung up and not reported")
        void late_answer_of_a_start_that_ran_out_of_time_is_hung_up_and_not_reported() {
            rig.creating();
            rig.advance(CallSettings.DEFAULT.tryTimeout());
            assertThat(cause().fault()).isEqualTo(Fault.CALL_OUTCOME_UNKNOWN);
            assertThat(rig.context.background().idle().toCompletableFuture()).isNotDone();

            rig.wire.creation().answer(201, List.of(LOCATION), ANSWER);

            assertThat(rig.heard).containsExactly("closed");
            assertThat(rig.wire.hangUps).extracting(post -> post.target).containsExactly("rtc_one");
            assertThat(rig.orphans).isEmpty();
            assertThat(rig.context.background().idle().toCompletableFuture()).isDone();
            assertThat(rig.time.pending()).isZero();
        }

        @Test
        @DisplayName("F07 start that ran out of time is reported only when the late answer does not come either")
        void start_that_ran_out_of_time_is_reported_only_when_the_late_answer_does_not_come_either() {
            rig.creating();
            rig.advance(CallSettings.DEFAULT.tryTimeout());
            assertThat(rig.orphans).isEmpty();
            assertThat(rig.wire.creation().timeout)
                    .isEqualTo(CallSettings.DEFAULT.tryTimeout().plus(CallSettings.DEFAULT.lateAnswerWithin()));

            rig.wire.creation().fail(Fault.CONNECTION_LOST, true);

            assertThat(rig.orphans).hasSize(1);
            assertThat(rig.closures).hasSize(1);
        }

        @Test
        void answer_that_is_later_than_a_try_is_hung_up_after_a_stop_too() {
            rig.creating();
            rig.connection.close(Closure.requested());
            rig.advance(CallSettings.DEFAULT.tryTimeout().plusSeconds(1));

            rig.wire.creation().answer(201, List.of(LOCATION), ANSWER);

            assertThat(rig.wire.hangUps).hasSize(1);
            assertThat(rig.orphans).isEmpty();
        }

        @Test
        void try_that_sent_nothing_in_its_time_is_repeated() {
            rig.creating();
            rig.wire.creation().unsent = true;
            rig.advance(CallSettings.DEFAULT.tryTimeout());
            rig.advance(Duration.ofMillis(130));

            assertThat(rig.wire.creations).hasSize(2);
            assertThat(rig.closures).isEmpty();
        }
    }

    @Nested
    class WhenRefused {
        @ParameterizedTest
        @DisplayName("F09 F12 refusal is final and names the status")
        @ValueSource(ints = {400, 401, 403, 404, 409, 413, 415, 422, 301, 302, 307, 308, 500, 502, 504})
        void refusal_is_final_and_names_the_status(int status) {
            rig.creating();
            rig.wire.creation().refuse(status);
            rig.advance(MINUTE);

            assertThat(rig.wire.creations).hasSize(1);
            assertThat(cause().fault()).isEqualTo(Fault.CALL_REJECTED);
            assertThat(cause().status()).hasValue(status);
            assertThat(rig.orphans).isEmpty();
        }

        @Test
        void server_error_is_tried_again_on_request() {
            SidebandRig eager =
                    new SidebandRig(SidebandSettings.DEFAULT.withCall(CallSettings.DEFAULT.retryingServerErrors()));
            eager.creating();
            eager.wire.creation().refuse(502);
            eager.advance(Duration.ofMillis(130));

            assertThat(eager.wire.creations).hasSize(2);
        }

        @ParameterizedTest
        @DisplayName("T-24 F10 wait that the server asks for is met")
        @ValueSource(ints = {408, 429, 503})
        void wait_that_the_server_asks_for_is_met(int status) {
            rig.creating();
            rig.wire.creation().refuse(status, 7);

            rig.advance(Duration.ofMillis(6_999));
            assertThat(rig.wire.creations).hasSize(1);

            rig.advance(Duration.ofMillis(1));
            assertThat(rig.wire.creations).hasSize(2);
        }

        @Test
        @DisplayName("T-24 F10 wait past the deadline fails at once and names it")
        void wait_past_the_deadline_fails_at_once_and_names_it() {
            rig.creating();
            rig.wire.creation().refuse(429, 31);

            assertThat(cause().fault()).isEqualTo(Fault.THROTTLED);
            assertThat(cause().getMessage()).contains("31 s");
        }
    }

    @Nested
    class WhenTheEndpointKeepsFailing {
        @Test
        void starts_that_were_given_up_before_they_were_sent_do_not_count() {
            SidebandRig guarded = new SidebandRig(SidebandSettings.DEFAULT.withGuard(
                    GuardSettings.DEFAULT.withBreaker(50, 2, 2, Duration.ofMillis(500))));
            for (int i = 0; i < 4; i++) {
                SidebandConnection each = guarded.another();
                guarded.wire.loop.execute(() -> each.create(SidebandRig.order()));
                each.close(Closure.requested());
                guarded.wire.creation().fail(Fault.CONNECT_FAILED, false);
            }

            guarded.creating();

            assertThat(guarded.wire.creations).hasSize(5);
        }

        @Test
        void new_start_is_refused_at_once_and_works_again_after_the_pause() {
            SidebandRig guarded = new SidebandRig(SidebandSettings.DEFAULT
                    .withGuard(GuardSettings.DEFAULT.withBreaker(50, 2, 2, Duration.ofMillis(500)))
                    .withCall(CallSettings.DEFAULT.withDeadline(Duration.ofMillis(150))));
            guarded.creating();
            guarded.wire.creation().fail(Fault.CONNECT_FAILED, false);
            guarded.advance(Duration.ofMillis(130));
            guarded.wire.creation().fail(Fault.CONNECT_FAILED, false);

            SidebandConnection second = guarded.another();
            guarded.wire.loop.execute(() -> second.create(SidebandRig.order()));
            assertThat(guarded.closure().cause().orElseThrow().fault()).isEqualTo(Fault.ENDPOINT_UNAVAILABLE);

            guarded.advance(Duration.ofMillis(501));
            SidebandConnection third = guarded.another();
            guarded.wire.loop.execute(() -> third.create(SidebandRig.order()));
            assertThat(guarded.wire.creations).hasSize(3);
        }
    }

    private TransportException cause() {
        return rig.closure().cause().orElseThrow();
    }
}
