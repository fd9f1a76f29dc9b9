package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class UpgradeIT extends SocketFixture {
    @Test
    void the_request_carries_key_and_headers_and_nothing_that_was_not_asked_for() throws Exception {
        CompletableFuture<String> head = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            head.complete(peer.upgrade());
            peer.readToEnd();
        })) {
            Dialer dialer = dialer(RealtimeEndpoint.builder(server.url())
                    .credentials(Credentials.apiKey("sk-canary"))
                    .organization("org_1")
                    .project("proj_1")
                    .safetyIdentifier("user-17")
                    .header("x-session-id", "of-the-endpoint")
                    .build());
            SocketRequest request =
                    SocketRequest.to(server.socketUrl()).withHeaders(Headers.of("x-session-id", "of-the-start"));
            dialer.openSocket(request, dialer.nextLoop(), listener);
            listener.awaitOpen();

            assertThat(head.get().lines())
                    .startsWith("GET /v1/realtime?model=m HTTP/1.1", "Host: 127.0.0.1:" + server.port())
                    .contains("Authorization: Bearer sk-canary", "OpenAI-Organization: org_1", "OpenAI-Project: proj_1")
                    .contains("OpenAI-Safety-Identifier: user-17", "x-session-id: of-the-start")
                    .contains("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
                    .anyMatch(line -> line.startsWith("User-Agent: antiphon/"))
                    .noneMatch(line -> line.contains("of-the-endpoint"))
                    .noneMatch(line -> line.toLowerCase(java.util.Locale.ROOT)
                            .matches("(origin|openai-beta|sec-websocket-extensions|sec-websocket-protocol):.*"));
        }
    }

    @Test
    void credentials_are_asked_for_each_dial() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<String> second = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            String head = peer.upgrade();
            if (head.contains("key-2")) {
                second.complete(head);
            }
            peer.readToEnd();
        })) {
            Dialer dialer = dialer(RealtimeEndpoint.builder(server.url())
                    .credentials(Credentials.header("api-key", () -> "key-" + asked.incrementAndGet()))
                    .build());
            dialer.openSocket(SocketRequest.to(server.socketUrl()), dialer.nextLoop(), listener);
            listener.awaitOpen();
            RecordingSocketListener other = new RecordingSocketListener();
            dialer.openSocket(SocketRequest.to(server.socketUrl()), dialer.nextLoop(), other);
            other.awaitOpen();

            assertThat(second.get(5, TimeUnit.SECONDS).lines())
                    .contains("api-key: key-2")
                    .noneMatch(line -> line.startsWith("Authorization"));
        }
    }

    @Test
    void credentials_that_fail_end_the_dial_before_the_network_without_their_text() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            open(
                    dialer(RealtimeEndpoint.builder(server.url())
                            .credentials(Credentials.bearer(() -> {
                                throw new IllegalStateException("no canary today");
                            }))
                            .build()),
                    server);

            TransportException cause = failure();
            assertThat(cause.fault()).isEqualTo(Fault.CREDENTIALS_UNAVAILABLE);
            assertThat(cause).hasMessageContaining("IllegalStateException").hasMessageNotContaining("canary");
            assertThat(cause).hasNoCause();
            assertThat(server.accepted()).isZero();
        }
    }

    @FaultTest
    @DisplayName("B14 a supplied key with a line end is refused before the network")
    void a_supplied_key_with_a_line_end_is_refused_before_the_network() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            open(
                    dialer(RealtimeEndpoint.builder(server.url())
                            .credentials(Credentials.bearer(() -> "sk-canary\n"))
                            .build()),
                    server);

            assertThat(failure()).hasMessageContaining("line end").hasMessageNotContaining("canary");
            assertThat(server.accepted()).isZero();
        }
    }

    @Test
    void credentials_that_never_come_are_given_up_in_time() throws Exception {
        settings.credentialsTimeout(SHORT);
        try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            open(
                    dialer(RealtimeEndpoint.builder(server.url())
                            .credentials(Credentials.bearerAsync(CompletableFuture::new))
                            .build()),
                    server);

            assertThat(failure().fault()).isEqualTo(Fault.CREDENTIALS_UNAVAILABLE);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, UPGRADE_REFUSED, false", "401, UPGRADE_REFUSED, false", "403, UPGRADE_REFUSED, false",
        "404, UPGRADE_REFUSED, false", "408, THROTTLED, true", "426, UPGRADE_REFUSED, false",
        "429, THROTTLED, true", "500, UPGRADE_REFUSED, true", "502, UPGRADE_REFUSED, true",
        "503, THROTTLED, true", "504, UPGRADE_REFUSED, true", "200, UPGRADE_REFUSED, false"
    })
    void another_status_than_101_is_a_typed_refusal(int status, Fault fault, boolean worthRetrying) throws Exception {
        String body = "{\"error\":{\"code\":\"some_code\",\"message\":\"key sk-canary is wrong\"}}";
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 " + status + " Whatever\r\nx-request-id: req_9\r\nRetry-After: 3\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
            peer.readToEnd();
        })) {
            open(server);

            SocketEnd end = listener.awaitClosed();
            RefusedException refused = (RefusedException) ((SocketEnd.Failed) end).cause();
            assertThat(refused.fault()).isEqualTo(fault);
            assertThat(refused.statusCode()).isEqualTo(status);
            assertThat(refused.errorCode()).contains("some_code");
            assertThat(refused.requestId()).contains("req_9");
            assertThat(refused.retryAfter()).contains(Duration.ofSeconds(3));
            assertThat(refused.bodyExcerpt()).contains("is wrong").doesNotContain("canary");
            assertThat(refused.host()).isEqualTo("127.0.0.1:" + server.port());
            assertThat(refused).hasMessageContaining(String.valueOf(status)).hasMessageNotContaining("canary");
            assertThat(end.isRecoverable()).isEqualTo(worthRetrying);
        }
    }

    @FaultTest
    @DisplayName("F12 a redirect is a refusal and nobody is visited")
    void a_redirect_is_a_refusal_and_nobody_is_visited() throws Exception {
        try (ScriptedServer canary = ScriptedServer.start(ScriptedServer.Peer::hang);
                ScriptedServer server = ScriptedServer.start(peer -> {
                    peer.readHead();
                    peer.send("HTTP/1.1 307 Temporary Redirect\r\nLocation: " + canary.url()
                            + "\r\nContent-Length: 0\r\n\r\n");
                    peer.readToEnd();
                })) {
            open(server);

            assertThat(failure())
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.statusCode()).isEqualTo(307));
            assertThat(canary.accepted()).isZero();
        }
    }

    @Test
    void a_refusal_whose_body_never_ends_is_reported_all_the_same() throws Exception {
        settings.upgradeTimeout(SHORT);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 1000\r\n\r\nhalf");
            peer.hang();
        })) {
            open(server);

            assertThat(failure()).isInstanceOfSatisfying(RefusedException.class, refused -> {
                assertThat(refused.statusCode()).isEqualTo(403);
                assertThat(refused.bodyExcerpt()).isEqualTo("half");
            });
        }
    }

    @Test
    void a_huge_refusal_is_not_read_to_its_end() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 500 Oops\r\nContent-Length: 1000000000\r\n\r\n" + "x".repeat(100_000));
            peer.readToEnd();
        })) {
            open(server);

            assertThat(((RefusedException) failure()).bodyExcerpt()).hasSize(512);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n",
                "Upgrade: websocket\r\nConnection: Upgrade\r\n",
                "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n",
                "Upgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n",
                "Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\nSec-WebSocket-Extensions: x\r\n",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: y\r\n",
            })
    void a_101_that_does_not_prove_itself_is_a_protocol_violation(String headers) throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            String acceptance = ScriptedServer.Peer.acceptanceOf(peer.readHead());
            String accept = ScriptedServer.Peer.header(acceptance, "Sec-WebSocket-Accept");
            peer.send("HTTP/1.1 101 Switching Protocols\r\n" + headers.replace("%s", accept) + "\r\n");
            peer.readToEnd();
        })) {
            open(server);

            assertThat(failure().fault()).isEqualTo(Fault.PROTOCOL_VIOLATION);
            assertThat(listener.wasOpened()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\25\3\3\0\2\2\n\r\n\r\n"})
    void an_answer_that_is_not_http_is_a_protocol_violation(String answer) throws Exception {
        settings.upgradeTimeout(SHORT);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send(answer);
            peer.readToEnd();
        })) {
            open(server);

            assertThat(failure().fault()).isIn(Fault.PROTOCOL_VIOLATION, Fault.UPGRADE_TIMEOUT);
        }
    }

    @Test
    void headers_without_end_are_cut_off() throws Exception {
        settings.maxHandshakeBytes(2_000);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 101 Switching Protocols\r\nX: " + "y".repeat(3_000));
            peer.readToEnd();
        })) {
            open(server);

            assertThat(failure().fault()).isEqualTo(Fault.PROTOCOL_VIOLATION);
        }
    }

    @Test
    void interim_answers_are_passed_over() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            String acceptance = ScriptedServer.Peer.acceptanceOf(peer.readHead());
            peer.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + acceptance);
            peer.readToEnd();
        })) {
            open(server);

            listener.awaitOpen();
        }
    }

    @FaultTest
    @DisplayName("F07 silence after the request is an upgrade timeout")
    void silence_after_the_request_is_an_upgrade_timeout() throws Exception {
        settings.upgradeTimeout(SHORT);
        try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            open(server);

            assertThat(failure().fault()).isEqualTo(Fault.UPGRADE_TIMEOUT);
        }
    }

    @FaultTest
    @DisplayName("F06 the end of TCP instead of an answer is a lost connection")
    void the_end_of_tcp_instead_of_an_answer_is_a_lost_connection() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> peer.readHead())) {
            open(server);

            assertThat(failure().fault()).isEqualTo(Fault.CONNECTION_LOST);
        }
    }

    @FaultTest
    @DisplayName("F01 a port where nobody listens is a failed connect")
    void a_port_where_nobody_listens_is_a_failed_connect() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Dialer dialer = dialer(
                RealtimeEndpoint.builder("ws://127.0.0.1:" + port + "/v1").build());
        dialer.openSocket(
                SocketRequest.to(java.net.URI.create("ws://127.0.0.1:" + port + "/v1/realtime")),
                dialer.nextLoop(),
                listener);

        TransportException cause = failure();
        assertThat(cause.fault()).isEqualTo(Fault.CONNECT_FAILED);
        assertThat(cause).hasMessageContaining("127.0.0.1:" + port).hasMessageContaining("refused");
    }

    @Test
    void a_name_that_does_not_resolve_is_a_failed_connect() throws Exception {
        Dialer dialer = dialer(
                RealtimeEndpoint.builder("https://no-such-host.invalid/v1").build());
        dialer.openSocket(
                SocketRequest.to(java.net.URI.create("wss://no-such-host.invalid/v1/realtime")),
                dialer.nextLoop(),
                listener);

        TransportException cause = failure();
        assertThat(cause.fault()).isIn(Fault.CONNECT_FAILED, Fault.CONNECT_TIMEOUT);
        assertThat(cause).hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void a_name_with_a_dead_and_a_live_address_is_reached() throws Exception {
        // localhost is ::1 and 127.0.0.1 on many machines; the server listens on one of them.
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.readToEnd();
        })) {
            Dialer dialer = dialer(RealtimeEndpoint.builder("ws://localhost:" + server.port() + "/v1")
                    .build());
            dialer.openSocket(
                    SocketRequest.to(java.net.URI.create("ws://localhost:" + server.port() + "/v1/realtime")),
                    dialer.nextLoop(),
                    listener);

            listener.awaitOpen();
        }
    }

    private TransportException failure() throws Exception {
        SocketEnd end = listener.awaitClosed();
        if (end instanceof SocketEnd.Failed failed) {
            return failed.cause();
        }
        throw new CompletionException(new AssertionError("not a failure: " + end));
    }
}
