package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.testkit.simulator.JsonView;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers to call creation, as the protocol vectors print them, over a real HTTP server. */
@Timeout(60)
class CallVectorsIT {
    private static final String KEY = "key-that-nobody-may-see";

    private final NettyResources resources = NettyResources.create(1);
    private final CompletableFuture<String> joined = new CompletableFuture<>();
    private final List<String> joins = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    CallVectorsIT() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    static Stream<JsonView> vectors() throws IOException {
        try (InputStream in = CallVectorsIT.class.getResourceAsStream("/vectors/calls-http.jsonl")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\n"))
                    .filter(line -> !line.isEmpty())
                    .map(JsonView::parse);
        }
    }

    @AfterEach
    void stop() {
        server.stop(0);
        resources.close();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void an_answer_leads_where_the_vector_says(JsonView line) {
        serve(line.at("response"));
        try (RealtimeConversations conversations = conversations()) {
            Conversation conversation = conversations.start(SidebandFixture.request(), new Hearing());

            if (line.text("expect").equals("answer")) {
                assertThat(await(conversation.answer()).text()).isEqualTo(line.text("response.body"));
                assertThat(await(joined)).contains("call_id=" + line.text("call_id"));
            } else {
                Closure closure = await(conversation.closed());
                TransportException cause = SidebandFixture.causeOf(closure);
                assertThat(joins).isEmpty();
                assertThat(cause).hasMessageNotContaining(KEY);
                if (line.at("response").number("status") >= 400) {
                    RefusedException refused = (RefusedException) cause;
                    String body = line.text("response.body");
                    assertThat((long) refused.statusCode())
                            .isEqualTo(line.at("response").number("status"));
                    assertThat(refused.bodyExcerpt())
                            .contains(
                                    body.startsWith("{") ? JsonView.parse(body).text("error.message") : body);
                }
            }
        }
    }

    private RealtimeConversations conversations() {
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/v1")
                .credentials(Credentials.apiKey(KEY))
                .build();
        SidebandSettings settings = SidebandSettings.DEFAULT
                .withCall(CallSettings.DEFAULT
                        .withDeadline(Duration.ofSeconds(2))
                        .withLateAnswerWithin(Duration.ofSeconds(1)))
                .withJoin(JoinSettings.DEFAULT.withMaxAttempts(1));
        return RealtimeConversations.builder()
                .sideband(SidebandTransport.builder(endpoint)
                        .settings(settings)
                        .resources(resources)
                        .build())
                .build();
    }

    private void serve(JsonView response) {
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("GET")) {
                joins.add(exchange.getRequestURI().getRawQuery());
                joined.complete(exchange.getRequestURI().getRawQuery());
                exchange.sendResponseHeaders(404, -1);
            } else if (exchange.getRequestURI().getPath().endsWith("/calls")) {
                answer(exchange, response);
            } else {
                exchange.sendResponseHeaders(200, -1);
            }
            exchange.close();
        });
        server.start();
    }

    private static void answer(HttpExchange exchange, JsonView response) throws IOException {
        for (String header : response.at("headers").names()) {
            exchange.getResponseHeaders().set(header, response.at("headers").text(header));
        }
        byte[] body = response.text("body").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders((int) response.number("status"), body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }
}
