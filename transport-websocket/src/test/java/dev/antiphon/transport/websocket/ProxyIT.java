package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proxy plays the origin behind itself: after its consent it goes on as the WebSocket server. */
@Timeout(60)
class ProxyIT extends SocketFixture {
    private static final String ORIGIN = "origin.invalid";

    @Test
    void an_http_proxy_connects_us_and_its_credentials_stay_with_it() throws Exception {
        CompletableFuture<String> toProxy = new CompletableFuture<>();
        CompletableFuture<String> toOrigin = new CompletableFuture<>();
        try (ScriptedServer proxy = ScriptedServer.start(peer -> {
            toProxy.complete(peer.readHead());
            peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
            toOrigin.complete(peer.upgrade());
            peer.send(ServerFrames.text(ServerFrames.event(1)));
            peer.readToEnd();
        })) {
            open(ProxySettings.httpConnect("127.0.0.1", proxy.port()).withCredentials("user", "proxy-canary"));

            assertThat(listener.awaitEvent().eventId()).isEqualTo("e1");
            String basic = Base64.getEncoder().encodeToString("user:proxy-canary".getBytes(StandardCharsets.UTF_8));
            assertThat(toProxy.get())
                    .startsWith("CONNECT " + ORIGIN + ":80 HTTP/1.1")
                    .containsIgnoringCase("proxy-authorization: Basic " + basic);
            assertThat(toProxy.get()).doesNotContain("sk-canary");
            assertThat(toOrigin.get())
                    .contains("Bearer sk-canary")
                    .contains("Host: " + ORIGIN + "\r\n")
                    .doesNotContainIgnoringCase("proxy-authorization")
                    .doesNotContain(basic);
        }
    }

    @Test
    void a_socks5_proxy_connects_us_by_name_and_its_credentials_stay_with_it() throws Exception {
        CompletableFuture<String> name = new CompletableFuture<>();
        CompletableFuture<String> login = new CompletableFuture<>();
        CompletableFuture<String> toOrigin = new CompletableFuture<>();
        try (ScriptedServer proxy = ScriptedServer.start(peer -> {
            byte[] greeting = peer.readBytes(2);
            peer.readBytes(greeting[1]);
            peer.send(ServerFrames.bytes(5, 2));
            peer.readBytes(1);
            String user = new String(peer.readBytes(peer.readBytes(1)[0]), StandardCharsets.US_ASCII);
            login.complete(user + ":" + new String(peer.readBytes(peer.readBytes(1)[0]), StandardCharsets.US_ASCII));
            peer.send(ServerFrames.bytes(1, 0));
            assertThat(peer.readBytes(4)).isEqualTo(ServerFrames.bytes(5, 1, 0, 3));
            name.complete(new String(peer.readBytes(peer.readBytes(1)[0]), StandardCharsets.US_ASCII));
            peer.readBytes(2);
            peer.send(ServerFrames.bytes(5, 0, 0, 1, 127, 0, 0, 1, 0, 80));
            toOrigin.complete(peer.upgrade());
            peer.readToEnd();
        })) {
            open(ProxySettings.socks5("127.0.0.1", proxy.port()).withCredentials("user", "proxy-canary"));
            listener.awaitOpen();

            assertThat(name.get()).isEqualTo(ORIGIN);
            assertThat(login.get()).isEqualTo("user:proxy-canary");
            assertThat(toOrigin.get()).contains("Bearer sk-canary").doesNotContain("proxy-canary");
        }
    }

    @Test
    void a_proxy_that_refuses_is_a_failed_connect_with_its_status() throws Exception {
        try (ScriptedServer proxy = ScriptedServer.start(peer -> {
            peer.readHead();
            peer.send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
            peer.readToEnd();
        })) {
            open(ProxySettings.httpConnect("127.0.0.1", proxy.port()).withCredentials("user", "proxy-canary"));

            TransportException cause = failure();
            assertThat(cause.fault()).isEqualTo(Fault.CONNECT_FAILED);
            assertThat(cause)
                    .hasMessageContaining(ORIGIN)
                    .hasMessageContaining("proxy")
                    .hasMessageContaining("407")
                    .hasMessageNotContaining("canary");
        }
    }

    @Test
    void a_silent_proxy_is_a_connect_timeout() throws Exception {
        settings.connectTimeout(SHORT);
        try (ScriptedServer proxy = ScriptedServer.start(ScriptedServer.Peer::hang)) {
            open(ProxySettings.httpConnect("127.0.0.1", proxy.port()));

            assertThat(failure().fault()).isEqualTo(Fault.CONNECT_TIMEOUT);
        }
    }

    @FaultTest
    @DisplayName("F46 stop works while the proxy is asked")
    void close_works_while_the_proxy_is_asked() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedServer proxy = ScriptedServer.start(peer -> {
            peer.readHead();
            asked.countDown();
            peer.hang();
        })) {
            RealtimeSocket socket = open(ProxySettings.httpConnect("127.0.0.1", proxy.port()));
            asked.await(5, TimeUnit.SECONDS);
            socket.close(1000, "");

            assertThat(listener.awaitClosed()).isEqualTo(new SocketEnd.ClosedByUs(1000, ""));
        }
    }

    @Test
    void proxy_settings_show_no_secret_and_refuse_what_cannot_travel() {
        ProxySettings proxy = ProxySettings.socks5("proxy", 1080);

        assertThat(proxy.withCredentials("user", "canary").toString()).doesNotContain("canary");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.withCredentials("user", "canary\r\n"))
                .withMessageNotContaining("canary");
        assertThatIllegalArgumentException().isThrownBy(() -> ProxySettings.httpConnect("evil\r\nhost", 3128));
        assertThatIllegalArgumentException().isThrownBy(() -> ProxySettings.httpConnect("proxy", 0));
    }

    private RealtimeSocket open(ProxySettings proxy) {
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder("http://" + ORIGIN + "/v1")
                .allowPlaintext()
                .credentials(Credentials.apiKey("sk-canary"))
                .proxy(proxy)
                .build();
        Dialer dialer = dialer(endpoint);
        URI url = URI.create("ws://" + ORIGIN + "/v1/realtime?model=m");
        return dialer.openSocket(SocketRequest.to(url), dialer.nextLoop(), listener);
    }

    private TransportException failure() throws Exception {
        SocketEnd end = listener.awaitClosed();
        assertThat(end).isInstanceOf(SocketEnd.Failed.class);
        return ((SocketEnd.Failed) end).cause();
    }
}
