package dev.antiphon.testkit.simulator.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class CertificateAuthorityIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final CertificateAuthority authority = CertificateAuthority.create();

    private static int mintStatus(URI base, SSLContext trust) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(trust).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/realtime/client_secrets"))
                .timeout(SOON)
                .header("Authorization", "Bearer test-key")
                .POST(BodyPublishers.noBody())
                .build();
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }

    @Test
    void client_that_trusts_the_authority_speaks_https_and_wss_with_the_simulator() throws Exception {
        try (RealtimeSimulator simulator =
                RealtimeSimulator.builder().tls(authority.issueForLoopback()).start()) {
            URI byName = URI.create("https://localhost:" + simulator.port() + "/v1");

            assertThat(simulator.baseUrl().getScheme()).isEqualTo("https");
            assertThat(mintStatus(simulator.baseUrl(), authority.trustingContext()))
                    .isEqualTo(200);
            assertThat(mintStatus(byName, authority.trustingContext())).isEqualTo(200);

            WebSocket socket = HttpClient.newBuilder()
                    .sslContext(authority.trustingContext())
                    .build()
                    .newWebSocketBuilder()
                    .header("Authorization", "Bearer test-key")
                    .buildAsync(URI.create(simulator.webSocketUrl() + "?model=m"), new WebSocket.Listener() {})
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join();
            Connection connection = simulator.awaitConnection(Connection.Kind.MODEL, SOON);
            connection.awaitSent("session.created", SOON);
            connection.close(1000, "");
            connection.awaitDisconnected(SOON);
            socket.abort();
        }
    }

    @Test
    void client_of_another_authority_is_turned_away() {
        SSLContext other = CertificateAuthority.create().trustingContext();
        try (RealtimeSimulator simulator =
                RealtimeSimulator.builder().tls(authority.issueForLoopback()).start()) {
            assertThatThrownBy(() -> mintStatus(simulator.baseUrl(), other)).isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void identity_of_another_host_is_turned_away() {
        try (RealtimeSimulator simulator =
                RealtimeSimulator.builder().tls(authority.issue("example.test")).start()) {
            assertThatThrownBy(() -> mintStatus(simulator.baseUrl(), authority.trustingContext()))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void identity_of_the_past_has_expired() {
        Instant now = Instant.now();
        ServerIdentity old = authority.issue(now.minus(Duration.ofDays(2)), now.minus(Duration.ofDays(1)), "localhost");

        assertThatThrownBy(() -> old.chain().get(0).checkValidity()).isInstanceOf(CertificateExpiredException.class);
    }

    @Test
    void dates_beyond_2049_are_written_in_the_long_form() throws Exception {
        Instant far = Instant.parse("2060-05-06T07:08:09Z");

        X509Certificate leaf =
                authority.issue(Instant.now(), far, "localhost").chain().get(0);

        assertThat(leaf.getNotAfter().toInstant()).isEqualTo(far);
    }

    @Test
    void certificates_carry_what_strict_verifiers_ask_for() throws Exception {
        X509Certificate ca = authority.certificate();
        X509Certificate leaf = authority.issueForLoopback().chain().get(0);

        leaf.verify(ca.getPublicKey());
        assertThat(ca.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
        assertThat(ca.getKeyUsage()[5]).as("keyCertSign").isTrue();
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getCriticalExtensionOIDs()).contains("2.5.29.19", "2.5.29.15");
        assertThat(leaf.getNonCriticalExtensionOIDs()).contains("2.5.29.14", "2.5.29.35", "2.5.29.17");
        assertThat(leaf.getSubjectAlternativeNames().stream()
                        .map(List::copyOf)
                        .map(name -> name.get(1))
                        .toList())
                .isEqualTo(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"));
    }

    @Test
    void pem_and_text_show_the_certificate_and_no_key() throws Exception {
        String pem = authority.pem();

        assertThat(pem).startsWith("-----BEGIN CERTIFICATE-----\n").doesNotContain("PRIVATE");
        assertThat(pem.getBytes(StandardCharsets.US_ASCII).length).isLessThan(1_500);
        assertThat(authority.issueForLoopback()).hasToString("ServerIdentity[CN=localhost]");
    }
}
