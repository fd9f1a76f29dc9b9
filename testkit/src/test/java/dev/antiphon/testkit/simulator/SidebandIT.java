package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestCalls.createCall;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SidebandIT {
    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().unpaced().start();

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void sideband_has_the_session_of_the_call_and_is_not_greeted() {
        try (TestSocket sideband = TestSocket.open(simulator, "call_id=" + createCall(simulator))) {
            sideband.send("{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\"}}");

            JsonView first = sideband.next();

            assertThat(first.type()).isEqualTo("session.updated");
            assertThat(first.text("session.output_modalities.0")).isEqualTo("text");
        }
    }

    @Test
    void two_sidebands_of_a_call_hear_the_same() {
        String id = createCall(simulator);
        try (TestSocket one = TestSocket.open(simulator, "call_id=" + id);
                TestSocket two = TestSocket.open(simulator, "call_id=" + id)) {
            one.send("{\"type\":\"response.create\"}");

            assertThat(two.next("response.done")).isEqualTo(one.next("response.done"));
        }
    }

    @Test
    void session_survives_the_loss_of_its_sideband() {
        String id = createCall(simulator);
        try (TestSocket first = TestSocket.open(simulator, "call_id=" + id)) {
            first.send(
                    "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"instructions\":\"Remember me.\"}}");
            first.next("session.updated");
            simulator.connections().get(0).reset();
            simulator.connections().get(0).awaitDisconnected(TestSocket.SOON);
        }
        try (TestSocket second = TestSocket.open(simulator, "call_id=" + id)) {
            second.send("{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\"}}");

            assertThat(second.next("session.updated").text("session.instructions"))
                    .isEqualTo("Remember me.");
        }
    }

    @Test
    void join_of_an_unknown_call_gets_404() throws Exception {
        assertThat(refusedJoin("rtc_nobody", "k")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void join_by_another_identity_gets_404() throws Exception {
        assertThat(refusedJoin(createCall(simulator), "somebody-else")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void join_of_an_ended_call_gets_404() throws Exception {
        String id = createCall(simulator);
        simulator.calls().last().end();

        assertThat(refusedJoin(id, "test-key")).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void hidden_call_can_be_joined_once_it_is_revealed() throws Exception {
        simulator.hideNewCalls(true);
        String id = createCall(simulator);
        assertThat(refusedJoin(id, "test-key")).startsWith("HTTP/1.1 404 ");

        simulator.calls().last().reveal();

        try (TestSocket sideband = TestSocket.open(simulator, "call_id=" + id)) {
            assertThat(simulator.connections(Connection.Kind.SIDEBAND)).hasSize(1);
            assertThat(sideband.ping("x")).isEqualTo("x");
        }
    }

    @Test
    void hidden_call_cannot_be_hung_up_before_it_is_revealed() {
        simulator.hideNewCalls(true);
        String id = createCall(simulator);
        assertThat(TestCalls.hangUp(simulator, id).statusCode()).isEqualTo(404);
        assertThat(simulator.calls().live()).hasSize(1);

        simulator.calls().last().reveal();

        assertThat(TestCalls.hangUp(simulator, id).statusCode()).isEqualTo(200);
        assertThat(simulator.calls().live()).isEmpty();
    }

    @Test
    void call_with_sound_reports_its_output_buffer() {
        TestCalls.postOffer(simulator, TestCalls.OFFER);
        try (TestSocket sideband =
                TestSocket.open(simulator, "call_id=" + simulator.calls().last().id())) {
            sideband.send("{\"type\":\"response.create\"}");

            var events = sideband.until("output_audio_buffer.stopped").stream()
                    .map(JsonView::type)
                    .toList();

            assertThat(events)
                    .containsSubsequence(
                            "response.content_part.added",
                            "output_audio_buffer.started",
                            "response.output_audio.delta",
                            "response.done",
                            "output_audio_buffer.stopped");
        }
    }

    private String refusedJoin(String callId, String key) throws Exception {
        try (RawClient client = new RawClient(simulator)) {
            client.write(
                    RawClient.handshake("/v1/realtime?call_id=" + callId, "Authorization: Bearer " + key + "\r\n"));
            String head = client.readHead();
            assertThat(simulator.connections()).isEmpty();
            return head;
        }
    }
}
