package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.RefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CallClientIT {
    private static final CallId CALL = new CallId("rtc_in_1");

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final NettyResources resources = NettyResources.create(1);
    private HttpServer server;
    private CallClient calls;
    private int status = 200;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        String base = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
        calls = CallClient.of(
                RealtimeEndpoint.builder(base)
                        .credentials(Credentials.apiKey("secret"))
                        .build(),
                resources);
    }

    @AfterEach
    void stop() {
        server.stop(0);
        resources.close();
    }

    @Test
    void accept_carries_the_session() {
        await(calls.accept(CALL, SessionConfig.builder().model("gpt-realtime").build()));

        assertThat(requests)
                .singleElement()
                .asString()
                .startsWith("POST /v1/realtime/calls/rtc_in_1/accept Bearer secret {")
                .contains("\"type\":\"realtime\"")
                .contains("\"model\":\"gpt-realtime\"");
    }

    @Test
    void reject_carries_the_sip_status() {
        await(calls.reject(CALL, 486));

        assertThat(requests)
                .containsExactly("POST /v1/realtime/calls/rtc_in_1/reject Bearer secret {\"status_code\":486}");
    }

    @Test
    void refer_carries_the_target() {
        await(calls.refer(CALL, URI.create("tel:+4930123")));

        assertThat(requests)
                .containsExactly(
                        "POST /v1/realtime/calls/rtc_in_1/refer Bearer secret {\"target_uri\":\"tel:+4930123\"}");
    }

    @Test
    void hang_up_has_no_body() {
        await(calls.hangUp(CALL));

        assertThat(requests).containsExactly("POST /v1/realtime/calls/rtc_in_1/hangup Bearer secret ");
    }

    @Test
    void refusal_fails_the_stage_with_status_and_is_not_repeated() {
        status = 404;
        CompletionStage<Void> stage = calls.hangUp(CALL);

        assertThatThrownBy(() -> stage.toCompletableFuture().join())
                .cause()
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.statusCode()).isEqualTo(404))
                .hasMessageContaining("hang-up")
                .hasMessageNotContaining("rtc_");
        assertThat(requests).hasSize(1);
    }

    @Test
    void wrong_commands_are_refused_before_anything_is_sent() {
        assertThatIllegalArgumentException().isThrownBy(() -> calls.reject(CALL, 200));
        assertThatIllegalArgumentException().isThrownBy(() -> calls.refer(CALL, URI.create("http://elsewhere.test")));
        assertThat(requests).isEmpty();
    }
}
