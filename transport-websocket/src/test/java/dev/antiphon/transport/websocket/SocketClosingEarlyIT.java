package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SocketClosingEarlyIT extends SocketFixture {
    @ParameterizedTest
    @ValueSource(strings = {"at once", "upgrade", "half an answer"})
    void close_works_before_the_socket_stands(String phase) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readHead();
            if (phase.equals("half an answer")) {
                peer.send("HTTP/1.1 101 Switching");
            }
            reached.countDown();
            peer.readToEnd();
        })) {
            RealtimeSocket socket = open(server);
            if (!phase.equals("at once")) {
                reached.await();
            }
            long begun = System.nanoTime();
            socket.close(1000, "changed my mind");

            assertThat(listener.awaitClosed()).isEqualTo(new SocketEnd.ClosedByUs(1000, "changed my mind"));
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
            assertThat(listener.wasOpened()).isFalse();
        }
    }

    @FaultTest
    @DisplayName("F46 stop works while credentials are awaited")
    void close_works_while_credentials_are_awaited() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            Dialer dialer = dialer(RealtimeEndpoint.builder(server.url())
                    .credentials(Credentials.bearerAsync(CompletableFuture::new))
                    .build());
            RealtimeSocket socket = open(dialer, server);
            socket.close(1000, "");
            socket.close(1001, "the first end counts");

            assertThat(listener.awaitClosed()).isEqualTo(new SocketEnd.ClosedByUs(1000, ""));
            assertThat(server.accepted()).isZero();
        }
    }
}
