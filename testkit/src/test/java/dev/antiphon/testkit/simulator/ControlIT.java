package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestSocket.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What tests in other languages do over HTTP. */
class ControlIT {
    private final Scenario script =
            Scenario.parse("{\"misfortunes\":[{\"hold\":\"join\",\"at\":\"upgrade\",\"on\":\"sideband\"}]}");
    private final RealtimeSimulator simulator = RealtimeSimulator.builder()
            .unpaced()
            .frozenClock()
            .control()
            .script(script)
            .start();

    @AfterEach
    void close() {
        simulator.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + simulator.port() + "/simulator/" + path))
                .timeout(SOON)
                .method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return TestCalls.send(request.build());
    }

    @Test
    void gate_of_the_script_is_opened() throws Exception {
        String id = TestCalls.createCall(simulator);
        try (RawClient client = new RawClient(simulator)) {
            client.write(RawClient.handshake("/v1/realtime?call_id=" + id, "Authorization: Bearer test-key\r\n"));
            script.gate("join").orElseThrow().awaitReached(SOON);

            assertThat(send("POST", "gates/join/open", "").statusCode()).isEqualTo(204);

            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
        }
        assertThat(send("POST", "gates/other/open", "").statusCode()).isEqualTo(404);
    }

    @Test
    void clock_is_moved() {
        try (TestSocket client = TestSocket.model(simulator)) {
            client.next("session.created");

            HttpResponse<String> moved = send("POST", "clock", "{\"advanceMillis\":3660000}");

            assertThat(JsonView.parse(moved.body()).number("atMillis")).isEqualTo(3_660_000);
            assertThat(client.next("error").text("error.code")).isEqualTo("session_expired");
        }
        assertThat(send("POST", "clock", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void journal_is_read_from_where_one_left_off() {
        TestCalls.createCall(simulator);

        JsonView all = JsonView.parse(send("GET", "journal", "").body());
        JsonView rest =
                JsonView.parse(send("GET", "journal?after=" + all.size(), "").body());

        assertThat(all.elements().stream().map(entry -> entry.text("kind"))).contains("CALL_CREATED");
        assertThat(rest.at("0").number("sequence")).isEqualTo(all.size() + 1);
        assertThat(send("GET", "journal?after=x", "").statusCode()).isEqualTo(400);
    }

    @Test
    void calls_ring_and_are_listed() {
        JsonView event =
                JsonView.parse(send("POST", "ring", "{\"from\":\"+1\"}").body());

        JsonView call = JsonView.parse(send("GET", "calls", "").body()).at("0");

        assertThat(event.type()).isEqualTo("realtime.call.incoming");
        assertThat(call.text("id")).isEqualTo(event.text("data.call_id"));
        assertThat(call.text("state")).isEqualTo("RINGING");
    }

    @Test
    void web_pages_and_simulators_without_control_are_kept_out() {
        assertThat(send("GET", "journal", "", "Origin", "https://example.test").statusCode())
                .isEqualTo(403);
        try (RealtimeSimulator plain = RealtimeSimulator.start()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + plain.port() + "/simulator/journal"))
                    .timeout(SOON)
                    .build();
            assertThat(TestCalls.send(request).statusCode()).isEqualTo(404);
        }
    }
}
