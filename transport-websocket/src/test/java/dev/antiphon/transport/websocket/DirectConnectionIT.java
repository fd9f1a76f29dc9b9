package dev.antiphon.transport.websocket;

import static dev.antiphon.transport.websocket.ServerFrames.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.TransportConnection;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DirectConnectionIT extends SocketFixture {
    private final RecordingTransportListener heard = new RecordingTransportListener();

    @Test
    void a_conversation_is_joined_drained_heard_and_closed_in_this_order() throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        CompletableFuture<ScriptedServer.Frame> close = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            received.complete(peer.readFrame().text());
            peer.send(text("{\"type\":\"test.event\"}"));
            ScriptedServer.Frame frame = peer.readFrame();
            close.complete(frame);
            peer.closeHandshake(frame);
        })) {
            TransportConnection connection = start(server, builder -> builder);
            InputWriter writer = heard.awaitWriter();
            writer.executor().execute(() -> {
                writer.write(ClientEvent.raw("{\"type\":\"hello\"}"));
                writer.flush();
            });
            assertThat(received.get(5, TimeUnit.SECONDS)).isEqualTo("{\"type\":\"hello\"}");
            heard.awaitEvent();
            connection.close(Closure.requested());
            connection.close(Closure.replaced());

            assertThat(heard.awaitClosed()).isEqualTo(Closure.requested());
            assertThat(heard.calls()).containsExactly("joining 1", "drainTo", "event test.event", "closed");
            assertThat(close.get().closeCode()).isEqualTo(1000);
        }
    }

    @ParameterizedTest
    @DisplayName("F10 a refusal that asks to come back is tried again")
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void a_refusal_that_asks_to_come_back_is_tried_again(int status) throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            if (attempts.incrementAndGet() < 3) {
                peer.readHead();
                peer.send("HTTP/1.1 " + status + " No\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n");
                peer.readToEnd();
            } else {
                peer.upgrade();
                peer.closeHandshake(peer.readFrame());
            }
        })) {
            TransportConnection connection = start(server, builder -> builder.retryDelay(Duration.ofMillis(5)));
            heard.awaitWriter();
            connection.close(Closure.requested());
            heard.awaitClosed();

            assertThat(heard.calls()).containsExactly("joining 1", "joining 2", "joining 3", "drainTo", "closed");
        }
    }

    @ParameterizedTest
    @DisplayName("F20 a refusal for good ends the start at once")
    @ValueSource(ints = {301, 400, 401, 403, 404, 422})
    void a_refusal_for_good_ends_the_start_at_once(int status) throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\n\r\n");
            peer.readToEnd();
        })) {
            start(server, builder -> builder);

            Closure closure = heard.awaitClosed();
            assertThat(closure.initiator()).isEqualTo(Closure.Initiator.TRANSPORT);
            assertThat(closure.recoverable()).isFalse();
            assertThat(closure.cause())
                    .get()
                    .extracting(TransportException::fault)
                    .isEqualTo(Fault.UPGRADE_REFUSED);
            assertThat(closure.cause().orElseThrow().status()).hasValue(status);
            assertThat(server.accepted()).isEqualTo(1);
        }
    }

    @Test
    void an_upgrade_that_may_have_reached_a_session_is_not_tried_again() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> peer.readHead())) {
            start(server, builder -> builder.retryDelay(Duration.ofMillis(5)));

            assertThat(heard.awaitClosed().cause())
                    .get()
                    .extracting(TransportException::fault)
                    .isEqualTo(Fault.CONNECTION_LOST);
            assertThat(server.accepted()).isEqualTo(1);
        }
    }

    @Test
    void a_server_that_cannot_be_reached_is_tried_as_often_as_allowed() throws Exception {
        start(
                "ws://127.0.0.1:" + unusedPort() + "/v1",
                builder -> builder.maxAttempts(4).retryDelay(Duration.ofMillis(5)));

        Closure closure = heard.awaitClosed();
        assertThat(closure.cause()).get().extracting(TransportException::fault).isEqualTo(Fault.CONNECT_FAILED);
        assertThat(closure.recoverable()).isTrue();
        assertThat(heard.calls()).containsExactly("joining 1", "joining 2", "joining 3", "joining 4", "closed");
    }

    @Test
    void a_wait_longer_than_the_start_deadline_is_not_begun() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 429 No\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n");
            peer.readToEnd();
        })) {
            start(server, builder -> builder.startDeadline(Duration.ofSeconds(5)));

            assertThat(heard.awaitClosed().cause())
                    .get()
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.retryAfter()).contains(Duration.ofHours(1)));
        }
    }

    @Test
    void a_live_connection_that_is_lost_ends_the_conversation_recoverably() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.upgrade();
            peer.reset();
        })) {
            start(server, builder -> builder.retryDelay(Duration.ofMillis(5)));

            Closure closure = heard.awaitClosed();
            assertThat(closure.recoverable()).isTrue();
            assertThat(closure.code()).isEqualTo(1006);
            assertThat(server.accepted()).isEqualTo(1);
        }
    }

    @FaultTest
    @DisplayName("F46 stop works while the next attempt is awaited")
    void close_works_while_the_next_attempt_is_awaited() throws Exception {
        CountDownLatch refused = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
            peer.readToEnd();
            refused.countDown();
        })) {
            TransportConnection connection = start(server, builder -> builder.retryDelay(Duration.ofSeconds(20)));
            refused.await();
            connection.close(Closure.requested());

            assertThat(heard.awaitClosed()).isEqualTo(Closure.requested());
            assertThat(heard.calls()).containsExactly("joining 1", "closed");
        }
    }

    @Test
    void close_works_while_the_upgrade_is_held() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            asked.countDown();
            peer.readToEnd();
        })) {
            TransportConnection connection = start(server, builder -> builder);
            asked.await();
            connection.close(Closure.requested());

            assertThat(heard.awaitClosed()).isEqualTo(Closure.requested());
        }
    }

    @Test
    void headers_of_the_start_are_sent_and_an_illegal_one_fails_before_the_network() throws Exception {
        CompletableFuture<String> head = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            head.complete(peer.upgrade());
            peer.readToEnd();
        })) {
            start(server, builder -> builder.headersPerStart(request -> Headers.of("x-session-id", "s-1")));
            heard.awaitWriter();
            assertThat(head.get().lines()).contains("x-session-id: s-1");
        }
        RecordingTransportListener other = new RecordingTransportListener();
        try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            transport(
                            server.url(),
                            builder -> builder.headersPerStart(start -> Headers.of("x-session-id", "canary\r\nX: y")))
                    .open(StartRequest.direct(session()), other, other);

            Closure closure = other.awaitClosed();
            assertThat(closure.cause())
                    .get()
                    .extracting(TransportException::fault)
                    .isEqualTo(Fault.REQUEST_INVALID);
            assertThat(closure.text()).contains("x-session-id").doesNotContain("canary");
            assertThat(server.accepted()).isZero();
        }
    }

    @Test
    void an_offer_is_not_for_the_direct_transport() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            transport(server.url(), builder -> builder)
                    .open(StartRequest.withOffer(session(), new SdpOffer("v=0\r\ns=canary\r\n")), heard, heard);

            Closure closure = heard.awaitClosed();
            assertThat(closure.cause())
                    .get()
                    .extracting(TransportException::fault)
                    .isEqualTo(Fault.REQUEST_INVALID);
            assertThat(closure.text()).contains("sideband").doesNotContain("canary");
            assertThat(server.accepted()).isZero();
        }
    }

    private TransportConnection start(ScriptedServer server, UnaryOperator<WebSocketTransport.Builder> change) {
        return start(server.url(), change);
    }

    private TransportConnection start(String url, UnaryOperator<WebSocketTransport.Builder> change) {
        return transport(url, change).open(StartRequest.direct(session()), heard, heard);
    }

    private WebSocketTransport transport(String url, UnaryOperator<WebSocketTransport.Builder> change) {
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(url)
                .credentials(Credentials.apiKey("sk-canary"))
                .build();
        return change.apply(WebSocketTransport.builder(endpoint)
                        .settings(settings.build())
                        .resources(resources))
                .build();
    }

    private static SessionConfig session() {
        return SessionConfig.builder().model("gpt-realtime").build();
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }
}
