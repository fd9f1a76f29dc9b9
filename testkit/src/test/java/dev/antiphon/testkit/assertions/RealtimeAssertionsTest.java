package dev.antiphon.testkit.assertions;

import static dev.antiphon.testkit.assertions.RealtimeAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure.Initiator;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.InMemoryServer;
import dev.antiphon.testkit.InMemorySocket;
import dev.antiphon.testkit.junit.RealtimeExtension;
import dev.antiphon.testkit.sample.SampleTransport;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class RealtimeAssertionsTest {
    private static final StartRequest START =
            StartRequest.direct(SessionConfig.model("gpt-realtime").build());
    private static final Duration SHORT = Duration.ofMillis(20);

    private static void fails(ThrowingCallable assertion, String... parts) {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(assertion)
                .satisfies(failure -> org.assertj.core.api.Assertions.assertThat(failure)
                        .message()
                        .contains(parts));
    }

    @Nested
    class AboutTheWire {
        @RegisterExtension
        final RealtimeExtension realtime = RealtimeExtension.direct(
                        simulator -> SampleTransport.to(simulator.webSocketUrl()))
                .tolerating(thread -> thread.getName().startsWith("HttpClient-"));

        @Test
        void a_failure_shows_what_was_there(RealtimeSimulator simulator, RealtimeConversations conversations) {
            try (Conversation conversation = conversations.start(START)) {
                conversation.sendText("Good morning");
                Connection socket = simulator.awaitConnection(Connection.Kind.MODEL, Duration.ofSeconds(10));

                assertThat(socket).received("session.update", "Good morning");
                assertThat(simulator.journal()).receivedInOrder("session.update", "conversation.item.create");
                fails(
                        () -> assertThat(socket).within(SHORT).received("session.update", "Good evening"),
                        "expected Connection[",
                        "to have received exactly \"session.update\", \"Good evening\" within 20 ms; there was:",
                        "RECEIVED        session.update",
                        "RECEIVED        conversation.item.create",
                        "\"Good morning\"");
                fails(
                        () -> assertThat(simulator.journal())
                                .within(SHORT)
                                .receivedInOrder("Good morning", "session.update"),
                        "found no \"session.update\" behind what came before");
            }
        }

        @Test
        void server_events_and_steps_are_found_in_order(
                RealtimeSimulator simulator, RealtimeConversations conversations) {
            try (Conversation conversation = conversations.start(START)) {
                conversation.send(new ClientEvent.ResponseCreate("response_1", Optional.empty()));
                Connection socket = simulator.awaitConnection(Connection.Kind.MODEL, Duration.ofSeconds(10));

                assertThat(socket).sentInOrder("session.created", "response.created", "response.done");
                assertThat(simulator.journal())
                        .sentInOrder("session.created", "response.done")
                        .happenedInOrder(
                                JournalEntry.Kind.ACCEPTED, JournalEntry.Kind.UPGRADED, JournalEntry.Kind.RECEIVED);
                fails(
                        () -> assertThat(socket).within(SHORT).sentInOrder("response.done", "session.created"),
                        "to have sent response.done, session.created in this order");
            }
        }

        @Test
        void nothing_happened_is_proved_by_a_marker(RealtimeSimulator simulator, RealtimeConversations conversations) {
            try (Conversation conversation = conversations.start(START)) {
                conversation.sendText("marker");

                assertThat(simulator.journal())
                        .hasNotReceived("response.create")
                        .until("marker");
                fails(
                        () -> assertThat(simulator.journal())
                                .hasNotReceived("session.update")
                                .until("marker"),
                        "not to have received \"session.update\" before \"marker\"");
            }
        }

        @Test
        void the_code_of_a_close_is_shown(RealtimeSimulator simulator, RealtimeConversations conversations) {
            Conversation conversation = conversations.start(START);
            Connection socket = simulator.awaitConnection(Connection.Kind.MODEL, Duration.ofSeconds(10));
            assertThat(conversation).isLive();
            conversation.close();

            assertThat(socket).wasClosedWith(1000).hasEnded();
            fails(() -> assertThat(socket).wasClosedWith(4000), "with 4000, not 1000");
        }
    }

    @Nested
    class AboutAConversation {
        @RegisterExtension
        final RealtimeExtension realtime = RealtimeExtension.inMemory();

        @Test
        void its_phase_and_end_are_shown(InMemoryServer server, RealtimeConversations conversations) {
            Conversation conversation = conversations.start(START);

            assertThat(conversation).isLive();
            fails(
                    () -> assertThat(conversation).within(SHORT).isIn(Phase.CLOSED),
                    "to be CLOSED within 20 ms; there was:",
                    "phase: LIVE");
            server.sockets().get(0).close(4001, "moved");

            assertThat(conversation).wasEndedBy(Initiator.SERVER).endedWith(4001);
            fails(
                    () -> assertThat(conversation).failedWith(Fault.CONNECT_FAILED),
                    "to have failed with CONNECT_FAILED",
                    "SERVER 4001 moved");
        }

        @Test
        void an_item_tells_its_outcome(InMemoryServer server, RealtimeConversations conversations) {
            Conversation conversation = conversations.start(START);
            InMemorySocket socket = server.sockets().get(0);
            Receipt sent = conversation.sendText("Good morning");

            assertThat(socket).received("session.update", "Good morning");
            fails(
                    () -> assertThat(sent).within(SHORT).isAcknowledged(),
                    "to be acknowledged within 20 ms; there was: no outcome, written");
            conversation.close();

            assertThat(socket).wasClosedWith(1000);
            assertThat(sent).isUnknown(Outcome.Reason.CONVERSATION_ENDED);
            assertThat(conversation.sendText("too late")).isNotSent(Outcome.Reason.CONVERSATION_CLOSED);
            fails(() -> assertThat(sent).isRejectedWith("invalid_value"), "there was: Unknown[");
        }
    }
}
