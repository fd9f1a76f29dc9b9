package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.StartRequest;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS that fails, as the application sees it: what is tried again, what is not, and what the server got. */
@Timeout(120)
class TlsFaultsIT extends ConversationFixture {
    @TempDir
    static Path directory;

    private static TestCertificate good;
    private static TestCertificate otherHost;
    private static TestCertificate unknown;
    private static TestCertificate expired;

    @BeforeAll
    static void make_certificates() throws Exception {
        good = TestCertificate.make(directory, "good", "ip:127.0.0.1");
        otherHost = TestCertificate.make(directory, "other", "dns:other.example");
        unknown = TestCertificate.make(directory, "unknown", "ip:127.0.0.1");
        expired = good.signExpired("expired");
    }

    @FaultTest
    @DisplayName("F04 a server that is silent in the handshake is tried again and no text is lost without a word")
    void silence_is_tried_again() throws Exception {
        settings.tlsTimeout(SHORT);
        try (ScriptedServer server = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            Conversation conversation = conversations(
                            RealtimeEndpoint.builder("wss://127.0.0.1:" + server.port() + "/v1")
                                    .credentials(Credentials.apiKey("sk-canary"))
                                    .build())
                    .start(StartRequest.direct(session()), heard);
            List<Receipt> receipts = say(conversation, 2);

            Closure closure = end(conversation, receipts);

            assertThat(fault(closure)).isEqualTo(Fault.TLS_TIMEOUT);
            assertThat(closure.recoverable()).isTrue();
            assertThat(outcomes(receipts)).containsOnly("NOT_SENT");
            heard.awaitEnd();
            assertThat(heard.attempts()).containsExactly(1, 2, 3);
            assertThat(server.accepted()).isEqualTo(3);
        }
    }

    @FaultTest
    @DisplayName(
            "F05 an unknown authority, another host and an expired certificate are refused once, before any credential")
    void bad_certificates_are_refused_once() throws Exception {
        refusedOnce(unknown, good);
        refusedOnce(otherHost, otherHost);
        refusedOnce(expired, good);
    }

    private void refusedOnce(TestCertificate shown, TestCertificate trusted) throws Exception {
        CompletableFuture<String> read = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.over(shown.listen(), peer -> {
            try {
                read.complete("a byte: " + peer.readBytes(1)[0]);
            } catch (SSLHandshakeException | SocketException refused) {
                // The client's alert; or a broken pipe, if the server still wrote when the client had gone.
                read.complete("");
            }
        })) {
            Heard listener = new Heard();
            Conversation conversation = conversations(endpoint(
                            server,
                            TlsSettings.builder()
                                    .trustPem(trusted.certificatePem())
                                    .build()))
                    .start(StartRequest.direct(session()), listener);

            Closure closure = end(conversation);

            assertThat(fault(closure)).isEqualTo(Fault.TLS_REFUSED);
            assertThat(closure.recoverable()).isFalse();
            assertThat(read.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEmpty();
            listener.awaitEnd();
            assertThat(listener.attempts()).containsExactly(1);
            assertThat(server.accepted()).isEqualTo(1);
        }
    }

    @Test
    void host_name_is_checked_with_a_context_of_the_application_too() throws Exception {
        try (ScriptedServer server = ScriptedServer.over(otherHost.listen(), ScriptedServer.Peer::readHead)) {
            Conversation conversation = conversations(
                            endpoint(server, TlsSettings.of(contextTrusting(otherHost.certificatePem()))))
                    .start(StartRequest.direct(session()), heard);

            Closure closure = end(conversation);

            assertThat(fault(closure)).isEqualTo(Fault.TLS_REFUSED);
            assertThat(closure.text()).contains("another host");
        }
    }

    @Test
    void certificate_of_the_origin_is_checked_behind_a_proxy_too() throws Exception {
        CompletableFuture<String> asked = new CompletableFuture<>();
        try (ScriptedServer server = ScriptedServer.over(otherHost.listen(), ScriptedServer.Peer::readHead);
                ScriptedServer proxy = ScriptedServer.start(peer -> {
                    asked.complete(peer.readHead());
                    peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
                    peer.tunnelTo(server.port());
                })) {
            RealtimeEndpoint endpoint = RealtimeEndpoint.builder(server.url())
                    .credentials(Credentials.apiKey("sk-canary"))
                    .tls(TlsSettings.builder()
                            .trustPem(otherHost.certificatePem())
                            .build())
                    .proxy(ProxySettings.httpConnect("127.0.0.1", proxy.port()).withCredentials("user", "proxy-canary"))
                    .build();
            Conversation conversation = conversations(endpoint).start(StartRequest.direct(session()), heard);

            Closure closure = end(conversation);

            assertThat(asked.get(SOON.toSeconds(), TimeUnit.SECONDS)).startsWith("CONNECT 127.0.0.1:" + server.port());
            assertThat(fault(closure)).isEqualTo(Fault.TLS_REFUSED);
            assertThat(closure.text()).contains("another host");
        }
    }

    private static SSLContext contextTrusting(Path pem) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(pem)) {
            Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
            trusted.setCertificateEntry("it", certificate);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static RealtimeEndpoint endpoint(ScriptedServer server, TlsSettings tls) {
        return RealtimeEndpoint.builder(server.url())
                .credentials(Credentials.apiKey("sk-canary"))
                .tls(tls)
                .build();
    }
}
