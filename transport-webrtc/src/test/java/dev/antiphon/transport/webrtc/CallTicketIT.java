package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.SOON;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.causeOf;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallTicketIT {
    private final SidebandFixture fixture =
            SidebandFixture.with(settings -> settings.withEnd(EndSettings.DEFAULT.keepingCallOnClose()));
    private final Hearing hearing = new Hearing();

    @AfterEach
    void nothing_is_left() {
        fixture.close();
    }

    @Test
    void successor_joins_the_call_that_its_predecessor_left() {
        Conversation first = fixture.startJoined(hearing);
        String handedOver = fixture.observed.tickets.get(0).encode();
        first.close();
        end(first);
        assertThat(fixture.server.calls().live()).hasSize(1);

        SidebandTransport successor = transport(fixture.server.baseUrl(), SidebandFixture.KEY);
        Conversation second = join(successor, CallTicket.decode(handedOver));
        await(second.joined());

        assertThat(fixture.sideband(2).call()).contains(fixture.server.calls().last());
        assertThat(fixture.sideband(2).awaitReceived("session.update", SOON)).isNotNull();
        second.close();
        end(second);
        await(successor.shutdown());
    }

    @Test
    void another_process_joins_by_ticket_and_key_and_hangs_up() throws Exception {
        Conversation first = fixture.startJoined(hearing);
        String ticket = fixture.observed.tickets.get(0).encode();
        first.close();
        end(first);
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes,
                        OtherProcess.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            other.getOutputStream()
                    .write((ticket + "\n" + SidebandFixture.KEY + "\n").getBytes(StandardCharsets.UTF_8));
            other.getOutputStream().close();
            String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();

            assertThat(other.exitValue()).as(said).isZero();
            assertThat(said).contains("Acknowledged").doesNotContain(SidebandFixture.KEY);
        } finally {
            other.destroyForcibly();
        }
        assertThat(fixture.sideband(2).call()).contains(fixture.server.calls().last());
        assertThat(SidebandFixture.received(fixture.sideband(2))).containsExactly("session.update", OtherProcess.TEXT);
        assertThat(fixture.server.calls().live()).isEmpty();
    }

    @Test
    void ticket_of_another_identity_is_refused_before_the_wire() {
        CallTicket ticket = ticketOfALeftCall();

        assertRefused(transport(fixture.server.baseUrl(), "another-key"), ticket, "identity");
    }

    @Test
    void ticket_of_another_host_is_refused_before_the_wire() {
        CallTicket ticket = ticketOfALeftCall();

        assertRefused(transport(URI.create("http://127.0.0.1:9/v1"), SidebandFixture.KEY), ticket, "base URL");
    }

    @Test
    void ticket_of_another_dialect_is_refused_before_the_wire() {
        CallTicket ticket = ticketOfALeftCall();
        CallTicket other =
                new CallTicket(ticket.baseUrl(), ticket.identity(), "codex-v1", ticket.call(), ticket.session());

        assertRefused(transport(fixture.server.baseUrl(), SidebandFixture.KEY), other, "dialect");
    }

    @Test
    void call_that_somebody_else_created_is_joined_by_its_id() {
        CallTicket ticket = ticketOfALeftCall();
        CallTicket byId = fixture.transport.ticketFor(ticket.call());

        Conversation conversation = join(fixture.transport, byId);

        await(conversation.joined());
    }

    @Test
    void call_that_a_conversation_holds_cannot_be_joined_twice() {
        fixture.startJoined(hearing);
        CallTicket ticket = fixture.observed.tickets.get(0);

        Conversation second = join(fixture.transport, ticket);

        assertThat(causeOf(end(second)).fault()).isEqualTo(Fault.DUPLICATE_CALL_ID);
        fixture.expectedLiveCalls = 1;
    }

    private CallTicket ticketOfALeftCall() {
        Conversation first = fixture.startJoined(hearing);
        first.close();
        end(first);
        fixture.expectedLiveCalls = 1;
        return fixture.observed.tickets.get(0);
    }

    private void assertRefused(SidebandTransport transport, CallTicket ticket, String difference) {
        int requests = fixture.server.requests().size();
        Conversation conversation = join(transport, ticket);

        assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.SIDEBAND_NOT_JOINED);
        assertThat(end(conversation).text())
                .contains(difference)
                .doesNotContain(ticket.call().value());
        assertThat(fixture.server.requests()).hasSize(requests);
    }

    private static Conversation join(SidebandTransport transport, CallTicket ticket) {
        return RealtimeConversations.builder()
                .selector(start -> new TransportChoice(transport.joining(ticket), "a call exists"))
                .build()
                .start(new StartRequest(
                        SessionConfig.builder().model("gpt-realtime").build(), Optional.empty()));
    }

    private SidebandTransport transport(URI base, String key) {
        return SidebandTransport.builder(RealtimeEndpoint.builder(base.toString())
                        .credentials(Credentials.apiKey(key))
                        .build())
                .settings(SidebandSettings.DEFAULT)
                .resources(fixture.resources)
                .build();
    }
}
