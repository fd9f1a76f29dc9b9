package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class TlsIT extends SocketFixture {
    @TempDir
    static Path directory;

    private static TestCertificate good;
    private static TestCertificate otherHost;
    private static TestCertificate expired;
    private static TestCertificate client;

    @BeforeAll
    static void makeCertificates() throws Exception {
        good = TestCertificate.make(directory, "good", "ip:127.0.0.1,dns:localhost");
        otherHost = TestCertificate.make(directory, "other-host", "dns:other.example");
        expired = good.signExpired("expired");
        client = TestCertificate.make(directory, "client", "dns:client.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void a_trusted_server_is_spoken_to_over_tls(String version) throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        try (ScriptedServer server = serve(good.listen(version), peer -> {
            peer.upgrade();
            received.complete(peer.readFrame().text());
            peer.send(ServerFrames.text(ServerFrames.event(1)));
            peer.closeHandshake(peer.readFrame());
        })) {
            RealtimeSocket socket = open(dialer(trusting(server, good)), server);
            listener.awaitOpen();
            write(socket, "{\"f\":\"" + "x".repeat(200_000) + "\"}")
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);

            assertThat(received.get(5, TimeUnit.SECONDS)).hasSize(200_008);
            assertThat(listener.awaitEvent().eventId()).isEqualTo("e1");
            socket.close(1000, "");
            assertThat(listener.awaitClosed()).isEqualTo(new SocketEnd.ClosedByUs(1000, ""));
        }
    }

    @FaultTest
    @DisplayName("F05 a server known to nobody is refused and sees no credential")
    void a_server_known_to_nobody_is_refused_and_sees_no_credential() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (ScriptedServer server = serve(good.listen(), peer -> {
            try {
                peer.readHead();
            } catch (IOException refused) {
                ended.countDown();
            }
        })) {
            open(
                    dialer(RealtimeEndpoint.builder(server.url())
                            .credentials(Credentials.apiKey("sk-canary"))
                            .build()),
                    server);

            TransportException cause = failure();
            assertThat(cause.fault()).isEqualTo(Fault.TLS_REFUSED);
            assertThat(cause).hasMessageContaining("no authority that we trust");
            assertThat(ended.await(5, TimeUnit.SECONDS))
                    .as("the server never read a request")
                    .isTrue();
        }
    }

    @FaultTest
    @DisplayName("F05 a certificate for another host is refused")
    void a_certificate_for_another_host_is_refused() throws Exception {
        try (ScriptedServer server = serve(otherHost.listen(), ScriptedServer.Peer::readHead)) {
            open(dialer(trusting(server, otherHost)), server);

            TransportException cause = failure();
            assertThat(cause.fault()).isEqualTo(Fault.TLS_REFUSED);
            assertThat(cause).hasMessageContaining("another host");
        }
    }

    @FaultTest
    @DisplayName("F05 an expired certificate is refused")
    void an_expired_certificate_is_refused() throws Exception {
        try (ScriptedServer server = serve(expired.listen(), ScriptedServer.Peer::readHead)) {
            open(dialer(trusting(server, good)), server);

            TransportException cause = failure();
            assertThat(cause.fault()).isEqualTo(Fault.TLS_REFUSED);
            assertThat(cause).hasMessageContaining("expired");
        }
    }

    @FaultTest
    @DisplayName("F05 a server without a modern TLS version is refused")
    void a_server_without_a_modern_tls_version_is_refused() throws Exception {
        byte[] protocolVersionAlert = ServerFrames.bytes(0x15, 3, 1, 0, 2, 2, 70);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readBytes(5);
            peer.send(protocolVersionAlert);
            peer.readToEnd();
        })) {
            open(tlsDialer(server), server.port());

            TransportException cause = failure();
            assertThat(cause.fault()).isEqualTo(Fault.TLS_REFUSED);
            assertThat(cause).hasMessageContaining("TLS 1.2 or 1.3");
        }
    }

    @Test
    void a_port_that_does_not_speak_tls_is_refused_with_the_reason() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
            peer.readToEnd();
        })) {
            open(tlsDialer(server), server.port());

            TransportException cause = failure();
            assertThat(cause.fault()).isEqualTo(Fault.TLS_REFUSED);
            assertThat(cause).hasMessageContaining("does not speak TLS");
        }
    }

    @FaultTest
    @DisplayName("F04 silence in the handshake is a TLS timeout")
    void silence_in_the_handshake_is_a_tls_timeout() throws Exception {
        settings.tlsTimeout(SHORT);
        try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            open(tlsDialer(server), server.port());

            assertThat(failure().fault()).isEqualTo(Fault.TLS_TIMEOUT);
        }
    }

    @Test
    void the_end_of_tcp_in_the_handshake_is_a_failed_connect() throws Exception {
        try (ScriptedServer server = ScriptedServer.start(peer -> peer.readBytes(10))) {
            open(tlsDialer(server), server.port());

            assertThat(failure().fault()).isEqualTo(Fault.CONNECT_FAILED);
        }
    }

    @FaultTest
    @DisplayName("F46 stop works in the TLS handshake")
    void close_works_in_the_handshake() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        try (ScriptedServer server = ScriptedServer.start(peer -> {
            peer.readBytes(10);
            reached.countDown();
            peer.hang();
        })) {
            RealtimeSocket socket = open(tlsDialer(server), server.port());
            reached.await();
            socket.close(1000, "");

            assertThat(listener.awaitClosed()).isEqualTo(new SocketEnd.ClosedByUs(1000, ""));
        }
    }

    @Test
    void a_client_certificate_is_shown_to_a_server_that_asks() throws Exception {
        try (ScriptedServer server = serve(good.listenFor(client), peer -> {
            peer.upgrade();
            peer.readToEnd();
        })) {
            TlsSettings tls = TlsSettings.builder()
                    .trustPem(good.certificatePem())
                    .clientCertificate(client.certificatePem(), client.keyPem())
                    .build();
            open(dialer(RealtimeEndpoint.builder(server.url()).tls(tls).build()), server);

            listener.awaitOpen();
        }
    }

    @Test
    void a_server_that_wants_a_client_certificate_refuses_us_without_one() throws Exception {
        try (ScriptedServer server = serve(good.listenFor(client), ScriptedServer.Peer::readHead)) {
            open(dialer(trusting(server, good)), server);

            assertThat(failure().fault()).isIn(Fault.TLS_REFUSED, Fault.CONNECTION_LOST);
        }
    }

    @Test
    void files_that_hold_no_certificate_are_refused_by_name() throws Exception {
        Path junk = Files.writeString(directory.resolve("junk.pem"), "canary");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsSettings.builder().trustPem(junk).build())
                .withMessageContaining("junk.pem")
                .withMessageNotContaining("canary");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        TlsSettings.builder().trustPem(Path.of("absent.pem")).build())
                .withMessageContaining("absent.pem");
        Path certificate = good.certificatePem();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsSettings.builder()
                        .clientCertificate(certificate, junk)
                        .build())
                .withMessageNotContaining("canary");
    }

    private static ScriptedServer serve(SSLServerSocket socket, ScriptedServer.Script script) {
        return ScriptedServer.over(socket, script);
    }

    private static RealtimeEndpoint trusting(ScriptedServer server, TestCertificate authority) throws Exception {
        return RealtimeEndpoint.builder(server.url())
                .credentials(Credentials.apiKey("sk-canary"))
                .tls(TlsSettings.builder().trustPem(authority.certificatePem()).build())
                .build();
    }

    private Dialer tlsDialer(ScriptedServer plain) {
        return dialer(RealtimeEndpoint.builder("wss://127.0.0.1:" + plain.port() + "/v1")
                .build());
    }

    private RealtimeSocket open(Dialer dialer, int port) {
        URI url = URI.create("wss://127.0.0.1:" + port + "/v1/realtime");
        return dialer.openSocket(SocketRequest.to(url), dialer.nextLoop(), listener);
    }

    private TransportException failure() throws Exception {
        SocketEnd end = listener.awaitClosed();
        assertThat(end).isInstanceOf(SocketEnd.Failed.class);
        return ((SocketEnd.Failed) end).cause();
    }
}
