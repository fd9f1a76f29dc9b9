package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.causeOf;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static dev.antiphon.transport.webrtc.SidebandFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Fault;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.JournalEntry;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Call creation against a server that breaks off or dawdles at a given byte. */
@Timeout(60)
class CallCreationFaultsIT {
    private static final Duration TRY = Duration.ofMillis(400);
    private static final String HEAD = "HTTP/1.1 201 Created\r\nContent-Type: application/sdp\r\n"
            + "Location: /v1/realtime/calls/rtc_one\r\nContent-Length: 4000\r\n\r\n";

    @Test
    @DisplayName("F06 reset after the request's head is not repeated and reported")
    void reset_after_the_head_is_not_repeated_and_reported() throws IOException {
        assertUnknown(peer -> {
            peer.readHead();
            peer.reset();
        });
    }

    @Test
    @DisplayName("F06 reset after half the body is not repeated and reported")
    void reset_after_half_the_body_is_not_repeated_and_reported() throws IOException {
        assertUnknown(peer -> {
            peer.readBody(peer.readHead() / 2);
            peer.reset();
        });
    }

    @Test
    @DisplayName("F06 T-26 reset after the whole request is not repeated and reported")
    void reset_after_the_whole_request_is_not_repeated_and_reported() throws IOException {
        assertUnknown(peer -> {
            peer.readBody(peer.readHead());
            peer.reset();
        });
    }

    @Test
    @DisplayName("F07 response that never comes ends at the deadline")
    void response_that_never_comes_ends_at_the_deadline() throws IOException {
        assertUnknown(peer -> {
            peer.readBody(peer.readHead());
            peer.awaitEnd();
        });
    }

    @Test
    @DisplayName("F07 response that comes after the deadline is read and its call hung up once")
    void response_that_comes_after_the_deadline_is_read_and_its_call_hung_up_once() {
        Duration enough = Duration.ofSeconds(8);
        try (SidebandFixture fixture = SidebandFixture.with(settings ->
                settings.withCall(CallSettings.DEFAULT.withTryTimeout(TRY).withLateAnswerWithin(enough)))) {
            Gate answer = fixture.server.holdCallAnswer();
            Conversation conversation = fixture.start();
            answer.awaitReached(SidebandFixture.SOON);
            assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.CALL_OUTCOME_UNKNOWN);
            assertThat(fixture.server.calls().live()).hasSize(1);

            answer.open();
            await(fixture.transport.idle());

            assertThat(fixture.server.calls().created()).isEqualTo(1);
            assertThat(fixture.server.calls().live()).isEmpty();
            assertThat(fixture.server.journal().entries())
                    .filteredOn(entry -> entry.kind() == JournalEntry.Kind.REQUEST
                            && entry.type().contains("hangup"))
                    .hasSize(1);
            assertThat(fixture.observed.orphans).isEmpty();
        }
    }

    @Test
    @DisplayName("F07 response head that trickles ends at the deadline: the time is bounded in total")
    void response_head_that_trickles_ends_at_the_deadline() throws IOException {
        assertUnknown(peer -> {
            peer.readBody(peer.readHead());
            peer.write("HTTP/1.1 201 Created\r\nX-Slow: ");
            peer.trickle('x', 20);
        });
    }

    @Test
    @DisplayName("F14 body that trickles ends at the deadline and its call is hung up")
    void body_that_trickles_ends_at_the_deadline_and_its_call_is_hung_up() throws IOException {
        assertBadAnswer(peer -> {
            peer.write(HEAD);
            peer.write("v=0\r\n");
            peer.trickle('x', 20);
        });
    }

    @Test
    @DisplayName("F14 body that is cut is no answer and its call is hung up")
    void body_that_is_cut_is_no_answer_and_its_call_is_hung_up() throws IOException {
        assertBadAnswer(peer -> {
            peer.write(HEAD);
            peer.write("v=0\r\n");
        });
    }

    private static void assertUnknown(RawServer.Script script) throws IOException {
        against(script, fixture -> {
            Conversation conversation = fixture.start();
            Receipt receipt = conversation.sendText("A");

            assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.CALL_OUTCOME_UNKNOWN);
            assertThat(await(receipt.outcome())).isInstanceOf(Outcome.NotSent.class);
            soon(() -> assertThat(fixture.observed.orphans)
                    .singleElement()
                    .satisfies(orphan ->
                            assertThat(causeOf(end(conversation)).getMessage()).contains(orphan.requestId())));
            return 1;
        });
    }

    private static void assertBadAnswer(RawServer.Script afterTheRequest) throws IOException {
        RawServer.Script script = peer -> {
            int length = peer.readHead();
            peer.readBody(length);
            if (length > 0) {
                afterTheRequest.run(peer);
            } else {
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
        };
        against(script, fixture -> {
            Conversation conversation = fixture.start();

            assertThat(causeOf(end(conversation)).fault()).isEqualTo(Fault.BAD_ANSWER);
            await(fixture.transport.idle());
            assertThat(fixture.observed.orphans).isEmpty();
            return 2;
        });
    }

    /** @param test tells how many requests the server must have seen */
    private static void against(RawServer.Script script, Function<SidebandFixture, Integer> test) throws IOException {
        try (RawServer server = new RawServer(script)) {
            SidebandFixture.Builder builder = new SidebandFixture.Builder();
            builder.baseUrl = server.baseUrl();
            builder.settings = SidebandSettings.DEFAULT.withCall(
                    CallSettings.DEFAULT.withTryTimeout(TRY).withLateAnswerWithin(TRY));
            try (SidebandFixture fixture = builder.start()) {
                long before = System.nanoTime();

                int requests = test.apply(fixture);

                assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
                assertThat(server.requests()).hasSize(requests).first().isEqualTo("POST /v1/realtime/calls HTTP/1.1");
                if (requests > 1) {
                    assertThat(server.requests())
                            .element(1)
                            .isEqualTo("POST /v1/realtime/calls/rtc_one/hangup HTTP/1.1");
                }
            }
        }
    }
}
