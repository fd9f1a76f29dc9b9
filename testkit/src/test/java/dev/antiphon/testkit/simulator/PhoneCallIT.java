package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestCalls.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PhoneCallIT {
    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().unpaced().start();

    @AfterEach
    void close() {
        simulator.close();
    }

    private HttpResponse<String> post(Call call, String action, String body) {
        return post(call.id(), action, body, "test-key");
    }

    private HttpResponse<String> post(String id, String action, String body, String key) {
        return TestCalls.post(
                simulator,
                "/realtime/calls/" + id + "/" + action,
                "application/json",
                body,
                Map.of("Authorization", "Bearer " + key));
    }

    @Test
    void webhook_names_the_call_and_the_caller() {
        Call call = simulator.ring("+4930123456");

        JsonView event = JsonView.parse(call.incomingEvent());

        assertThat(event.type()).isEqualTo("realtime.call.incoming");
        assertThat(event.text("data.call_id")).isEqualTo(call.id());
        assertThat(event.text("data.sip_headers.0.value")).contains("+4930123456");
        assertThat(call.state()).isEqualTo(Call.State.RINGING);
    }

    @Test
    void accepted_call_can_be_joined_by_whoever_accepted_it() {
        Call call = simulator.ring("+1");

        assertThat(post(call, "accept", "{\"type\":\"realtime\",\"instructions\":\"Be brief.\"}")
                        .statusCode())
                .isEqualTo(200);

        try (TestSocket sideband = TestSocket.open(simulator, "call_id=" + call.id())) {
            sideband.send(Events.configure(""));
            assertThat(sideband.next("session.updated").text("session.instructions"))
                    .isEqualTo("Be brief.");
        }
        assertThat(TestCalls.hangUp(simulator, call.id()).statusCode()).isEqualTo(200);
        assertThat(call.state()).isEqualTo(Call.State.HUNG_UP);
    }

    @Test
    void call_is_accepted_once() {
        Call call = simulator.ring("+1");
        post(call, "accept", TestCalls.SESSION);

        HttpResponse<String> again = post(call, "accept", TestCalls.SESSION);

        assertThat(again.statusCode()).isEqualTo(404);
        assertThat(error(again).text("code")).isEqualTo("call_id_not_found");
    }

    @Test
    void session_of_an_accepted_call_is_checked() {
        Call call = simulator.ring("+1");

        assertThat(error(post(call, "accept", "")).text("param")).isEqualTo("session.type");
        assertThat(error(post(call, "accept", "{")).text("code")).isEqualTo("invalid_json");
        assertThat(error(
                                post(
                                        call,
                                        "accept",
                                        "{\"type\":\"realtime\",\"audio\":{\"input\":{\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":0.5}}}}"))
                        .text("param"))
                .isEqualTo("session.audio.input.turn_detection.threshold");
        assertThat(call.state()).isEqualTo(Call.State.RINGING);
    }

    @Test
    void call_is_rejected_as_declined_or_with_the_status_given() {
        Call first = simulator.ring("+1");
        Call second = simulator.ring("+2");

        assertThat(post(first, "reject", "").statusCode()).isEqualTo(200);
        assertThat(post(second, "reject", "{\"status_code\":486}").statusCode()).isEqualTo(200);

        assertThat(first.rejectedWith()).hasValue(603);
        assertThat(second.rejectedWith()).hasValue(486);
        assertThat(post(second, "accept", TestCalls.SESSION).statusCode()).isEqualTo(404);
    }

    @Test
    void accepted_call_is_referred_by_its_owner() {
        Call call = simulator.ring("+1");
        assertThat(post(call, "refer", "{\"target_uri\":\"tel:+2\"}").statusCode())
                .isEqualTo(404);
        post(call, "accept", TestCalls.SESSION);

        assertThat(error(post(call, "refer", "{}")).text("param")).isEqualTo("target_uri");
        assertThat(error(post(call, "refer", "{\"target_uri\":\"http://x\"}")).text("param"))
                .isEqualTo("target_uri");
        assertThat(post(call.id(), "refer", "{\"target_uri\":\"tel:+2\"}", "other-key")
                        .statusCode())
                .isEqualTo(404);
        assertThat(post(call, "refer", "{\"target_uri\":\"tel:+2\"}").statusCode())
                .isEqualTo(200);

        assertThat(call.referredTo()).hasValue("tel:+2");
    }

    @Test
    void call_by_webrtc_is_neither_accepted_nor_referred() {
        String id = TestCalls.createCall(simulator);

        assertThat(post(id, "accept", TestCalls.SESSION, "test-key").statusCode())
                .isEqualTo(404);
        assertThat(post(id, "refer", "{\"target_uri\":\"tel:+2\"}", "test-key").statusCode())
                .isEqualTo(404);
        assertThatThrownBy(() -> simulator.calls().last().incomingEvent()).isInstanceOf(IllegalStateException.class);
    }
}
