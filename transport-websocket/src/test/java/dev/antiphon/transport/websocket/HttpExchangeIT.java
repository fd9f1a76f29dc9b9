package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Fault;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpExchangeIT extends SocketFixture {
    private static final byte[] OFFER = "v=0\r\noffer\r\n".getBytes(StandardCharsets.UTF_8);
    private static final String ANSWER = "v=0\r\nänswer\r\n";

    @Test
    void a_post_carries_body_type_and_credentials_and_the_answer_comes_back_byte_for_byte() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            String head = peer.readHead();
            seen.complete(head + "\r\n\r\n" + new String(peer.readBytes(OFFER.length), StandardCharsets.UTF_8));
            byte[] body = ANSWER.getBytes(StandardCharsets.UTF_8);
            peer.send("HTTP/1.1 201 Created\r\nLocation: /v1/realtime/calls/rtc_1\r\nContent-Length: " + body.length
                    + "\r\n\r\n");
            peer.send(body);
            peer.readToEnd();
        })) {
            HttpAnswer answer = answer(post(server));

            assertThat(seen.get())
                    .startsWith("POST /v1/realtime/calls HTTP/1.1\r\n")
                    .contains("\r\nAuthorization: Bearer sk-canary\r\n", "\r\nContent-Type: application/sdp\r\n")
                    .contains("\r\nContent-Length: " + OFFER.length + "\r\n", "\r\nAccept: application/sdp\r\n")
                    .contains("\r\nConnection: close\r\n")
                    .endsWith(new String(OFFER, StandardCharsets.UTF_8));
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.isSuccess()).isTrue();
            assertThat(answer.headers().first("location")).contains("/v1/realtime/calls/rtc_1");
            assertThat(answer.body()).isEqualTo(ANSWER.getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nv=0\r\n2\r\n\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 201 Created\r\n\r\nv=0\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nv=0\r\n",
            })
    void every_way_to_end_a_body_is_understood(String wire) throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send(wire);
        })) {
            assertThat(answer(post(server)).body()).isEqualTo("v=0\r\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void the_answer_is_there_as_soon_as_its_body_ended_though_the_server_keeps_the_connection() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\nv=0");
            peer.hang();
        })) {
            assertThat(answer(post(server)).status()).isEqualTo(201);
        }
    }

    @Test
    void a_redirect_is_an_answer_like_any_other() throws Exception {
        try (ScriptedServer canary = ScriptedServer.start(ScriptedServer.Peer::hang);
                ScriptedServer server = ScriptedServer.start(peer -> {
                    peer.readHead();
                    peer.send("HTTP/1.1 308 Moved\r\nLocation: " + canary.url() + "\r\nContent-Length: 0\r\n\r\n");
                    peer.readToEnd();
                })) {
            assertThat(answer(post(server)).status()).isEqualTo(308);
            assertThat(canary.accepted()).isZero();
        }
    }

    @FaultTest
    @DisplayName("F01 without a connection nothing can have reached the server")
    void without_a_connection_nothing_can_have_reached_the_server() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        RealtimeEndpoint endpoint =
                RealtimeEndpoint.builder("http://127.0.0.1:" + port + "/v1").build();
        Dialer dialer = dialer(endpoint);

        ExchangeException failure = failure(dialer.send(HttpCall.post(endpoint.callsUrl()), dialer.nextLoop()));

        assertThat(failure.fault()).isEqualTo(Fault.CONNECT_FAILED);
        assertThat(failure.mayHaveReachedServer()).isFalse();
        assertThat(failure).hasMessageStartingWith("CONNECT_FAILED: no TCP");
    }

    @FaultTest
    @DisplayName("F06 an end without an answer may have reached the server")
    void an_end_without_an_answer_may_have_reached_the_server() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> peer.readHead())) {
            ExchangeException failure = failure(post(server));

            assertThat(failure.fault()).isEqualTo(Fault.CONNECTION_LOST);
            assertThat(failure.mayHaveReachedServer()).isTrue();
            assertThat(failure.partial()).isEmpty();
        }
    }

    @FaultTest
    @DisplayName("F06 a body that is cut still shows status and headers")
    void a_body_that_is_cut_still_shows_status_and_headers() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 201 Created\r\nLocation: /calls/rtc_7\r\nContent-Length: 100\r\n\r\nv=0");
        })) {
            ExchangeException failure = failure(post(server));

            assertThat(failure.status()).hasValue(201);
            assertThat(failure.partial()).hasValueSatisfying(partial -> {
                assertThat(partial.headers().first("Location")).contains("/calls/rtc_7");
                assertThat(partial.body()).hasSize(3);
            });
        }
    }

    @Test
    void a_body_over_the_limit_fails_and_still_shows_the_headers() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 201 Created\r\nLocation: /calls/rtc_7\r\n\r\n" + "x".repeat(200_000));
        })) {
            ExchangeException failure = failure(post(server));

            assertThat(failure.fault()).isEqualTo(Fault.MESSAGE_TOO_BIG);
            assertThat(failure.partial()).isPresent();
        }
    }

    @FaultTest
    @DisplayName("F07 no answer before the deadline fails at the deadline")
    void no_answer_before_the_deadline_fails_at_the_deadline() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            Dialer dialer = dialer(server);
            long begun = System.nanoTime();

            ExchangeException failure = failure(
                    dialer.send(HttpCall.post(dialer.endpoint().callsUrl()).withDeadline(SHORT), dialer.nextLoop()));

            assertThat(failure.fault()).isEqualTo(Fault.CONNECTION_LOST);
            assertThat(failure.mayHaveReachedServer()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(SHORT.minusMillis(20), SHORT.plusMillis(500));
        }
    }

    @Test
    void an_exchange_can_be_cancelled_while_the_answer_is_awaited() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            asked.countDown();
            peer.readToEnd();
        })) {
            HttpExchange exchange = post(server);
            asked.await();
            exchange.cancel();
            exchange.cancel();

            assertThat(failure(exchange).mayHaveReachedServer()).isTrue();
        }
    }

    @Test
    void a_large_body_arrives_whole() throws Exception {
        byte[] large = new byte[3_000_000];
        CompletableFuture<byte[]> seen = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            seen.complete(peer.readBytes(large.length));
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        })) {
            Dialer dialer = dialer(server);
            HttpAnswer answer = answer(dialer.send(
                    HttpCall.post(dialer.endpoint().callsUrl()).withBody("application/octet-stream", large),
                    dialer.nextLoop()));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(seen.get(5, TimeUnit.SECONDS)).isEqualTo(large);
        }
    }

    private HttpExchange post(ScriptedServer server) {
        Dialer dialer = dialer(server);
        HttpCall call = HttpCall.post(URI.create("http://127.0.0.1:" + server.port() + "/v1/realtime/calls"))
                .withAccept("application/sdp")
                .withBody("application/sdp", OFFER)
                .withMaxBody(100_000);
        return dialer.send(call, dialer.nextLoop());
    }

    private static HttpAnswer answer(HttpExchange exchange) throws Exception {
        return exchange.answer().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static ExchangeException failure(HttpExchange exchange) throws Exception {
        try {
            HttpAnswer answer = answer(exchange);
            throw new AssertionError("answered " + answer);
        } catch (ExecutionException failed) {
            assertThat(failed).hasCauseInstanceOf(ExchangeException.class);
            return (ExchangeException) Objects.requireNonNull(failed.getCause());
        }
    }
}
