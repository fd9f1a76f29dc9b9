package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestCalls.OFFER;
import static dev.antiphon.testkit.simulator.TestCalls.createCall;
import static dev.antiphon.testkit.simulator.TestCalls.hangUp;
import static dev.antiphon.testkit.simulator.TestCalls.postOffer;
import static dev.antiphon.testkit.simulator.TestSocket.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What can happen to a connection, a call or the clock, without waiting for it. */
class LineFaultsIT {
    private static final String MARKER = "{\"type\":\"marker\"}";

    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().unpaced().frozenClock().start();

    @AfterEach
    void close() {
        simulator.close();
    }

    private int joinStatus(String callId) throws Exception {
        try (RawClient client = new RawClient(simulator)) {
            client.write(RawClient.handshake("/v1/realtime?call_id=" + callId, "Authorization: Bearer test-key\r\n"));
            return Integer.parseInt(client.readHead().substring(9, 12));
        }
    }

    @Test
    void half_open_socket_takes_and_gives_nothing_and_stays() throws Exception {
        simulator.inflict(Misfortune.halfOpen().at(Moment.OPENED));
        try (RawClient client = RawClient.upgraded(simulator)) {
            Connection connection = simulator.awaitConnection(Connection.Kind.MODEL, SOON);
            client.text(Events.configure(""));
            client.frame(0x89, new byte[] {'p'});
            connection.send(MARKER);
            connection.awaitSent("marker", SOON);

            assertThat(client.available()).isZero();
            assertThat(connection.isOpen()).isTrue();
            assertThat(connection.received()).isEmpty();
        }
    }

    @Test
    void slow_writer_sends_so_many_bytes_in_a_second() throws Exception {
        simulator.inflict(Misfortune.slowWrite(100).at(Moment.OPENED));
        try (RawClient client = RawClient.upgraded(simulator)) {
            simulator.awaitConnection(Connection.Kind.MODEL, SOON).awaitSent("session.created", SOON);

            simulator.clock().advance(Duration.ofSeconds(1));
            byte[] first = client.readBytes(100);

            assertThat(first[0]).isEqualTo((byte) 0x81);
            assertThat(client.available()).isZero();

            simulator.clock().advance(Duration.ofSeconds(2));
            client.readBytes(200);
            assertThat(client.available()).isZero();
        }
    }

    @Test
    void slow_reader_takes_so_many_bytes_in_a_second() throws Exception {
        simulator.inflict(Misfortune.slowRead(1_000).at(Moment.OPENED));
        try (RawClient client = RawClient.upgraded(simulator)) {
            client.readFrame();
            Connection connection = simulator.awaitConnection(Connection.Kind.MODEL, SOON);
            client.text(Events.append(Events.tone(200, 0)));

            simulator.clock().advance(Duration.ofSeconds(5));
            assertThat(connection.received()).isEmpty();

            simulator.clock().advance(Duration.ofSeconds(10));
            connection.awaitReceived("input_audio_buffer.append", SOON);
        }
    }

    @Test
    void slow_line_can_be_slow_from_the_first_byte() throws Exception {
        simulator.inflict(Misfortune.slowWrite(10).at(Moment.ACCEPTED));
        try (RawClient client = new RawClient(simulator)) {
            client.write(RawClient.handshake("/v1/realtime?model=m", "Authorization: Bearer k\r\n"));
            simulator.journal().await(Kind.UPGRADED, SOON);

            simulator.clock().advance(Duration.ofMillis(900));

            assertThat(client.readBytes(9)).startsWith('H', 'T', 'T', 'P');
            assertThat(client.available()).isZero();
        }
    }

    @Test
    void clock_that_jumps_ends_the_session_of_an_hour() {
        simulator.inflict(
                Misfortune.jumpClock(Duration.ofMinutes(61)).at(Moment.received("input_audio_buffer.clear", 1)));
        try (TestSocket client = TestSocket.model(simulator)) {
            client.next("session.created");
            client.send("{\"type\":\"input_audio_buffer.clear\"}");

            assertThat(client.next("error").text("error.code")).isEqualTo("session_expired");
            assertThat(client.closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void hidden_call_is_never_found() throws Exception {
        simulator.inflict(Misfortune.hideCall().at(Moment.CALL_CREATED));
        String hidden = createCall(simulator);
        String seen = createCall(simulator);

        assertThat(joinStatus(hidden)).isEqualTo(404);
        assertThat(joinStatus(hidden)).isEqualTo(404);
        assertThat(joinStatus(seen)).isEqualTo(101);
    }

    @Test
    void disowned_call_is_not_the_creators() throws Exception {
        simulator.inflict(Misfortune.disown().at(Moment.CALL_CREATED));
        String id = createCall(simulator);

        assertThat(joinStatus(id)).isEqualTo(404);
        assertThat(hangUp(simulator, id).statusCode()).isEqualTo(404);
        assertThat(simulator.calls().live()).hasSize(1);
    }

    @Test
    void late_answer_comes_after_the_call_can_be_joined() throws Exception {
        simulator.inflict(Misfortune.delay(Duration.ofSeconds(30)).at(Moment.CALL_CREATED));
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> postOffer(simulator, OFFER));
        simulator.journal().await(Kind.CALL_CREATED, SOON);
        simulator.clock().awaitDue(Duration.ofSeconds(30), SOON);
        assertThat(joinStatus(simulator.calls().last().id())).isEqualTo(101);
        assertThat(answer).isNotDone();

        simulator.clock().advance(Duration.ofSeconds(30));

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
    }

    @Test
    void responses_are_held_on_the_call_that_was_meant() {
        Gate gate = new Gate("responses");
        String held = createCall(simulator);
        String free = createCall(simulator);
        simulator.inflict(Misfortune.hold(gate).at(Moment.STREAMING).onCall(held));
        try (TestSocket first = TestSocket.open(simulator, "call_id=" + held);
                TestSocket second = TestSocket.open(simulator, "call_id=" + free)) {
            first.send(Events.RESPOND);
            gate.awaitReached(SOON);

            second.send(Events.RESPOND);
            second.next("response.done");

            assertThat(simulator.connections().get(0).sentTypes()).doesNotContain("response.done");
            gate.open();
            first.next("response.done");
        }
    }
}
