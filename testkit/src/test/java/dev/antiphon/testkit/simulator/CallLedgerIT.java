package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestCalls.createCall;
import static dev.antiphon.testkit.simulator.TestCalls.hangUp;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallLedgerIT {
    private final RealtimeSimulator simulator = RealtimeSimulator.start();

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void call_is_live_until_it_is_hung_up_once() {
        String id = createCall(simulator);
        assertThat(simulator.calls().live()).hasSize(1);

        HttpResponse<String> first = hangUp(simulator, id);
        HttpResponse<String> second = hangUp(simulator, id);

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(second.statusCode()).isEqualTo(404);
        assertThat(simulator.calls().live()).isEmpty();
        assertThat(simulator.calls().inState(Call.State.HUNG_UP)).hasSize(1);
    }

    @Test
    void hang_up_of_an_unknown_call_gets_404() {
        HttpResponse<String> response = hangUp(simulator, "rtc_nobody");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(TestCalls.error(response).text("code")).isEqualTo("call_id_not_found");
    }

    @Test
    void stranger_cannot_hang_up() {
        String id = createCall(simulator);

        HttpResponse<String> response = TestCalls.post(
                simulator,
                "/realtime/calls/" + id + "/hangup",
                "application/json",
                "",
                Map.of("Authorization", "Bearer somebody-else"));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(simulator.calls().live()).hasSize(1);
    }

    @Test
    void hang_up_closes_the_sidebands() {
        String id = createCall(simulator);
        try (TestSocket sideband = TestSocket.open(simulator, "call_id=" + id)) {
            hangUp(simulator, id);

            assertThat(sideband.closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void sideband_that_leaves_does_not_end_the_call() {
        String id = createCall(simulator);
        try (TestSocket sideband = TestSocket.open(simulator, "call_id=" + id)) {
            sideband.raw().sendClose(1000, "").join();
            simulator.connections().get(0).awaitDisconnected(TestSocket.SOON);
        }

        assertThat(simulator.calls().live()).hasSize(1);
    }

    @Test
    void answer_given_up_by_the_client_leaves_a_call_that_the_ledger_shows() throws Exception {
        Gate answer = simulator.holdCallAnswer();
        try (RawClient client = new RawClient(simulator)) {
            client.write("POST /v1/realtime/calls HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\n"
                    + "Content-Type: application/sdp\r\nContent-Length: " + TestCalls.OFFER.length() + "\r\n\r\n"
                    + TestCalls.OFFER);
            answer.awaitReached(TestSocket.SOON);
        }
        simulator.journal().await(JournalEntry.Kind.DISCONNECTED, TestSocket.SOON);
        answer.open();

        assertThat(simulator.calls().live()).hasSize(1);
    }

    @Test
    void ids_and_offers_do_not_show_in_descriptions() {
        String id = createCall(simulator);

        assertThat(simulator.calls().last().toString()).doesNotContain(id);
        assertThat(simulator.journal().describe()).doesNotContain(id);
    }
}
