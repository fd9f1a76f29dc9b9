package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.SOON;
import static dev.antiphon.transport.webrtc.SidebandFixture.answer;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static dev.antiphon.transport.webrtc.SidebandFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.JournalEntry;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SidebandCloseIT {
    private final SidebandFixture fixture = SidebandFixture.withDefaults();
    private final Hearing hearing = new Hearing();

    @AfterEach
    void nothing_is_left() {
        fixture.close();
    }

    @Nested
    class ClosedTransport {
        @Test
        @DisplayName("T-53 close ends conversations in every phase and waits for their hang-ups")
        void close_ends_conversations_in_every_phase_and_waits_for_their_hang_ups() {
            Conversation live = fixture.startJoined(hearing);
            Gate upgrade = fixture.server.holdUpgrade();
            Conversation joining = fixture.start();
            answer(joining);
            upgrade.awaitReached(SOON);

            fixture.transport.close();

            assertThat(fixture.server.calls().live()).isEmpty();
            for (Conversation each : List.of(live, joining)) {
                assertThat(end(each).code()).isEqualTo(1001);
            }
            upgrade.open();
        }

        @Test
        void start_ends_at_once_and_sends_nothing() {
            fixture.transport.close();
            Conversation conversation = fixture.start(hearing);
            Receipt receipt = conversation.sendText("A");

            Closure closure = end(conversation);

            assertThat(closure.initiator()).isEqualTo(Closure.Initiator.APPLICATION);
            assertThat(closure.code()).isEqualTo(1001);
            assertThat(closure.text()).contains("shut down").contains("opens nothing more");
            assertThat(closure.recoverable()).isFalse();
            assertThat(await(receipt.outcome())).isInstanceOf(Outcome.NotSent.class);
            assertThat(fixture.server.requests()).isEmpty();
        }

        @Test
        void close_twice_is_close_once() {
            fixture.startJoined(hearing);

            fixture.transport.close();
            fixture.transport.close();

            assertThat(fixture.server.calls().created()).isEqualTo(1);
        }

        @Test
        void close_on_an_event_loop_does_not_wait() throws Exception {
            Gate call = fixture.server.holdCall();
            Conversation conversation = fixture.start(hearing);
            call.awaitReached(SOON);

            fixture.resources.nextLoop().submit(fixture.transport::close).get();

            assertThat(end(conversation).code()).isEqualTo(1001);
            call.open();
            await(fixture.transport.idle());
        }

        @Test
        void event_loops_of_the_caller_go_on() {
            fixture.transport.close();

            assertThat(fixture.resources.nextLoop().isShuttingDown()).isFalse();
        }
    }

    /** The caller closed them first, against the rule: everything still ends, and no call is lost without a word. */
    @Nested
    class ClosedEventLoops {
        @Test
        void start_ends_at_once_with_a_closure() {
            fixture.resources.close();
            Conversation conversation = fixture.start(hearing);

            assertThat(end(conversation).text()).contains("event loops were closed");
            assertThat(hearing.awaitEnd().initiator()).isEqualTo(Closure.Initiator.APPLICATION);
        }

        @Test
        void call_being_created_is_reported() {
            Gate call = fixture.server.holdCallAnswer();
            Conversation conversation = fixture.start(hearing);
            call.awaitReached(SOON);

            fixture.resources.close();

            endsAndIsReported(conversation);
            call.open();
        }

        @Test
        void call_being_joined_is_reported() {
            Gate upgrade = fixture.server.holdUpgrade();
            Conversation conversation = fixture.start(hearing);
            upgrade.awaitReached(SOON);

            fixture.resources.close();

            endsAndIsReported(conversation);
            upgrade.open();
        }

        @Test
        void call_between_two_attempts_is_reported() {
            fixture.server.joinsNotFound(99);
            Conversation conversation = fixture.start(hearing);
            fixture.server.journal().await(JournalEntry.Kind.UPGRADE_READ, SOON);

            fixture.resources.close();

            endsAndIsReported(conversation);
        }

        @Test
        void live_call_is_reported() {
            Conversation conversation = fixture.startJoined(hearing);

            fixture.resources.close();

            endsAndIsReported(conversation);
        }

        @Test
        void call_whose_hang_up_is_on_its_way_is_reported() {
            Conversation conversation = fixture.startJoined(hearing);
            Gate accept = fixture.server.holdAccept();
            conversation.close();
            accept.awaitReached(SOON);

            fixture.resources.close();

            // The gate stays shut until the server closes: behind it, a hang-up already written would still work.
            endsAndIsReported(conversation);
        }

        private void endsAndIsReported(Conversation conversation) {
            end(conversation);
            await(fixture.transport.shutdown());
            soon(() -> assertThat(fixture.observed.orphans).hasSize(1));
            assertThat(hearing.awaitEnd()).isNotNull();
            assertThat(hearing.count("closed")).isEqualTo(1);
            fixture.expectedLiveCalls = 1;
        }
    }
}
