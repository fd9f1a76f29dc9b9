package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestCalls.OFFER;
import static dev.antiphon.testkit.simulator.TestCalls.SESSION;
import static dev.antiphon.testkit.simulator.TestCalls.error;
import static dev.antiphon.testkit.simulator.TestCalls.post;
import static dev.antiphon.testkit.simulator.TestCalls.postForm;
import static dev.antiphon.testkit.simulator.TestCalls.postOffer;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallCreationIT {
    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().maxBodyBytes(20_000).start();

    @AfterEach
    void close() {
        simulator.close();
    }

    @Test
    void form_is_answered_with_201_a_relative_location_and_sdp() {
        HttpResponse<String> response = postForm(simulator, "b1", OFFER, SESSION);

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/sdp");
        String id = simulator.calls().last().id();
        assertThat(response.headers().firstValue("Location")).contains("/v1/realtime/calls/" + id);
        assertThat(id).matches("rtc_[A-Za-z0-9]{10,}");
        assertThat(response.body()).isEqualTo(simulator.calls().last().answer());
    }

    @Test
    void answer_follows_the_sections_of_the_offer() {
        String answer = postOffer(simulator, OFFER).body();

        assertThat(answer)
                .startsWith("v=0\r\n")
                .endsWith("\r\n")
                .contains("a=group:BUNDLE 0 data\r\n", "a=ice-lite\r\n", "a=msid:realtimeapi audio\r\n")
                .contains("m=audio 9 UDP/TLS/RTP/SAVPF 96\r\n", "a=rtpmap:96 opus/48000/2\r\n", "a=setup:active\r\n")
                .contains("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n", "a=sctp-port:5000\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a=x:--b1\r\n",
                "a=x\r\n--b10\r\n",
                "a=x\r\n--b1x--\r\n",
                "--b1 and more\r\n",
                "a=x\r\n\r\nContent-Disposition: form-data; name=\"session\"\r\n\r\n{}\r\n",
                "a=x\n\r\n\n",
                "a=x:ünïcode 👩‍🚀\r\n",
                "\r\n\r\n\r\n"
            })
    void form_gives_back_the_offer_byte_for_byte(String hostileEnd) {
        String offer = OFFER + hostileEnd;

        HttpResponse<String> response = postForm(simulator, "b1", offer, SESSION);

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(simulator.calls().last().offer()).isEqualTo(offer);
        assertThat(simulator.calls().last().session()).contains(SESSION);
    }

    @Test
    void bare_sdp_is_taken_byte_for_byte() {
        String offer = OFFER.replace("\r\n", "\n");

        assertThat(postOffer(simulator, offer).statusCode()).isEqualTo(201);
        assertThat(simulator.calls().last().offer()).isEqualTo(offer);
        assertThat(simulator.calls().last().session()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "offer", "{\"sdp\":\"v=0\"}", "v=0\r\n", "v=0\r\nm=audio 9 x 0\r\na=mid:0"})
    void offer_that_is_no_sdp_or_is_cut_off_gets_400(String offer) {
        HttpResponse<String> response = postOffer(simulator, offer);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response).text("code")).isEqualTo("invalid_offer");
        assertThat(simulator.calls().created()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--b1", "--b1\r\n", "--b1\r\nno colon\r\n\r\nx\r\n--b1--", "--b2\r\n\r\n--b2--\r\n"})
    void form_that_is_malformed_gets_400(String body) {
        HttpResponse<String> response =
                post(simulator, "/realtime/calls", "multipart/form-data; boundary=b1", body, Map.of());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error(response).text("code")).isEqualTo("invalid_multipart");
    }

    @Test
    void form_without_its_end_gets_400() {
        String body = TestCalls.form("b1", OFFER, SESSION);

        HttpResponse<String> response = post(
                simulator,
                "/realtime/calls",
                "multipart/form-data; boundary=b1",
                body.substring(0, body.length() - 6),
                Map.of());

        assertThat(error(response).text("code")).isEqualTo("invalid_multipart");
    }

    @ParameterizedTest
    @ValueSource(strings = {"multipart/form-data", "multipart/form-data; boundary=\"\""})
    void form_without_a_boundary_gets_400(String contentType) {
        HttpResponse<String> response =
                post(simulator, "/realtime/calls", contentType, TestCalls.form("b1", OFFER, SESSION), Map.of());

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void quoted_boundary_and_unknown_part_are_understood() {
        HttpResponse<String> good = post(
                simulator,
                "/realtime/calls",
                "multipart/form-data; charset=utf-8; boundary=\"a b\"",
                TestCalls.form("a b", OFFER, SESSION),
                Map.of());
        HttpResponse<String> bad = post(
                simulator,
                "/realtime/calls",
                "multipart/form-data; boundary=b1",
                TestCalls.form("b1", OFFER, SESSION).replace("\"session\"", "\"sesion\""),
                Map.of());

        assertThat(good.statusCode()).isEqualTo(201);
        assertThat(error(bad).text("code")).isEqualTo("unknown_parameter");
        assertThat(error(bad).text("param")).isEqualTo("sesion");
    }

    @Test
    void session_that_is_wrong_gets_400_with_its_path() {
        HttpResponse<String> unknown =
                postForm(simulator, "b1", OFFER, "{\"type\":\"realtime\",\"audio\":{\"output\":{\"volume\":11}}}");
        HttpResponse<String> untyped = postForm(simulator, "b1", OFFER, "{\"model\":\"m\"}");
        HttpResponse<String> broken = postForm(simulator, "b1", OFFER, "{\"type\":");

        assertThat(error(unknown).text("param")).isEqualTo("session.audio.output.volume");
        assertThat(error(untyped).text("code")).isEqualTo("missing_required_parameter");
        assertThat(error(broken).text("code")).isEqualTo("invalid_json");
        assertThat(simulator.calls().created()).isZero();
    }

    @Test
    void body_beyond_the_limit_gets_413() {
        HttpResponse<String> response = postOffer(simulator, OFFER + "a=x:" + "y".repeat(20_000) + "\r\n");

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(error(response).text("code")).isEqualTo("request_too_large");
    }

    @Test
    void other_content_and_other_methods_are_refused() {
        HttpResponse<String> json = post(simulator, "/realtime/calls", "application/json", "{}", Map.of());
        HttpResponse<String> zipped =
                post(simulator, "/realtime/calls", "application/sdp", OFFER, Map.of("Content-Encoding", "gzip"));
        HttpResponse<String> get =
                TestCalls.send(HttpRequest.newBuilder(URI.create(simulator.baseUrl() + "/realtime/calls"))
                        .build());
        HttpResponse<String> nowhere = post(simulator, "/realtime/nowhere", "text/plain", "", Map.of());

        assertThat(json.statusCode()).isEqualTo(415);
        assertThat(zipped.statusCode()).isEqualTo(415);
        assertThat(get.statusCode()).isEqualTo(405);
        assertThat(get.headers().firstValue("Allow")).contains("POST, OPTIONS");
        assertThat(nowhere.statusCode()).isEqualTo(404);
        assertThat(error(nowhere).text("code")).isEqualTo("not_found");
    }

    @Test
    void request_without_a_key_gets_401() {
        HttpResponse<String> response =
                post(simulator, "/realtime/calls", "application/sdp", OFFER, Map.of("Authorization", ""));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(error(response).text("code")).isEqualTo("missing_api_key");
        assertThat(simulator.requests().get(0).credential().isPresent()).isFalse();
    }

    @Test
    void key_that_looks_real_is_refused_and_kept_nowhere() {
        String key = "sk-proj-" + "Ab1_".repeat(20);

        HttpResponse<String> response =
                post(simulator, "/realtime/calls", "application/sdp", OFFER, Map.of("Authorization", "Bearer " + key));

        assertThat(error(response).text("code")).isEqualTo("real_api_key");
        assertThat(response.body()).doesNotContain(key);
        assertThat(simulator.requests().get(0).header("Authorization"))
                .hasValueSatisfying(value -> assertThat(value).doesNotContain("sk-proj"));
    }

    @Test
    void only_the_keys_given_are_accepted() {
        try (RealtimeSimulator strict =
                RealtimeSimulator.builder().acceptKeys("right").start()) {
            HttpResponse<String> wrong =
                    post(strict, "/realtime/calls", "application/sdp", OFFER, Map.of("Authorization", "Bearer wrong"));
            HttpResponse<String> right =
                    post(strict, "/realtime/calls", "application/sdp", OFFER, Map.of("Authorization", "Bearer right"));

            assertThat(error(wrong).text("code")).isEqualTo("invalid_api_key");
            assertThat(right.statusCode()).isEqualTo(201);
        }
    }

    @Test
    void browser_may_ask_from_another_origin_and_read_the_location() {
        HttpRequest preflight = HttpRequest.newBuilder(URI.create(simulator.baseUrl() + "/realtime/calls"))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "http://localhost:3000")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type,x-openai-agents-sdk")
                .build();

        HttpResponse<String> permission = TestCalls.send(preflight);
        HttpResponse<String> call =
                post(simulator, "/realtime/calls", "application/sdp", OFFER, Map.of("Origin", "http://localhost:3000"));

        assertThat(permission.statusCode()).isEqualTo(204);
        assertThat(permission.headers().firstValue("Access-Control-Allow-Origin"))
                .contains("*");
        assertThat(permission.headers().firstValue("Access-Control-Allow-Headers"))
                .contains("authorization,content-type,x-openai-agents-sdk");
        assertThat(call.headers().firstValue("Access-Control-Expose-Headers"))
                .hasValueSatisfying(value -> assertThat(value).contains("Location"));
    }

    @Test
    void request_that_drips_is_ended_at_the_deadline() throws Exception {
        try (RealtimeSimulator impatient = RealtimeSimulator.builder()
                        .requestDeadline(Duration.ofMillis(100))
                        .start();
                RawClient client = new RawClient(impatient)) {
            client.write("POST /v1/realtime/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");

            assertThat(client.readHead()).startsWith("HTTP/1.1 408 ");
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0\1\2\r\n\r\n",
                "POST /v1/realtime/calls HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
                "POST /v1/realtime/calls HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\nx"
            })
    void request_that_is_not_http_gets_400_and_the_connection_ends(String request) throws Exception {
        try (RawClient client = new RawClient(simulator)) {
            client.write(request);

            assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
            assertThat(client.endsCleanly()).isTrue();
        }
    }

    @Test
    void client_secret_creates_calls_in_the_name_of_its_owner() {
        HttpResponse<String> minted = post(
                simulator,
                "/realtime/client_secrets",
                "application/json",
                "{\"expires_after\":{\"anchor\":\"created_at\",\"seconds\":60},\"session\":{\"type\":\"realtime\",\"instructions\":\"Be kind.\"}}",
                Map.of());
        String key = JsonView.parse(minted.body()).text("value");

        HttpResponse<String> call =
                post(simulator, "/realtime/calls", "application/sdp", OFFER, Map.of("Authorization", "Bearer " + key));

        assertThat(minted.statusCode()).isEqualTo(200);
        assertThat(key).startsWith("ek_");
        assertThat(JsonView.parse(minted.body()).number("expires_at")).isPositive();
        assertThat(JsonView.parse(minted.body()).text("session.instructions")).isEqualTo("Be kind.");
        assertThat(call.statusCode()).isEqualTo(201);
        assertThat(TestCalls.hangUp(simulator, simulator.calls().last().id()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void client_secret_with_a_silly_lifetime_gets_400() {
        HttpResponse<String> response = post(
                simulator,
                "/realtime/client_secrets",
                "application/json",
                "{\"expires_after\":{\"anchor\":\"created_at\",\"seconds\":5}}",
                Map.of());

        assertThat(error(response).text("param")).isEqualTo("expires_after.seconds");
    }
}
