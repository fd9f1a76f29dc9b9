package dev.antiphon.app.gateway;

import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.transport.webrtc.SidebandTransport;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A gateway in front of a simulated provider, and a client that can do what a browser does and worse. */
final class GatewayStand implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(15);
    static final String OFFER = String.join(
            "\r\n",
            "v=0",
            "o=- 1 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "c=IN IP4 0.0.0.0",
            "a=ice-ufrag:canaryUfrag",
            "a=ice-pwd:canaryPasswordOfTheOffer",
            "a=fingerprint:sha-256 " + "AB:".repeat(31) + "CD",
            "a=setup:actpass",
            "a=mid:0",
            "a=rtpmap:111 opus/48000/2",
            "");
    static final String KEY = "canary-key-of-the-gateway";

    final RealtimeSimulator simulator;
    final Gateway gateway;
    final GatewayMetrics metrics = new GatewayMetrics();
    private final NettyResources resources = NettyResources.create();
    private final SidebandTransport sideband;
    private final RealtimeConversations conversations;
    private volatile Optional<RuntimeException> fault = Optional.empty();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    GatewayStand() {
        this(settings -> settings, simulator -> simulator);
    }

    GatewayStand(UnaryOperator<GatewaySettings> settings, UnaryOperator<RealtimeSimulator.Builder> provider) {
        simulator = provider.apply(RealtimeSimulator.builder().acceptKeys(KEY)).start();
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(simulator.baseUrl().toString())
                .credentials(Credentials.apiKey(KEY))
                .build();
        sideband = SidebandTransport.builder(endpoint).resources(resources).build();
        conversations = RealtimeConversations.builder()
                .sideband(sideband)
                .observer(metrics)
                .build();
        gateway = Gateway.start(
                settings.apply(GatewaySettings.local(
                        0,
                        SessionConfig.model("gpt-realtime")
                                .instructions("canary instructions")
                                .build())),
                this::conversations,
                metrics);
    }

    private RealtimeConversations conversations() {
        if (fault.isPresent()) {
            throw fault.get();
        }
        return conversations;
    }

    /** From now on calls fail to begin with this exception; empty: they begin. */
    void failToBegin(Optional<RuntimeException> exception) {
        fault = exception;
    }

    String origin() {
        String url = gateway.url().toString();
        return url.substring(0, url.length() - 1);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(origin() + path)).timeout(SOON);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException broken) {
            throw new AssertionError("no answer to the request", broken);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", stopped);
        }
    }

    HttpResponse<String> get(String path) {
        return send(request(path));
    }

    HttpRequest.Builder offering(String offer) {
        return request("/calls")
                .header("Origin", origin())
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(offer));
    }

    HttpResponse<String> offer() {
        return send(offering(OFFER));
    }

    /** Begins a call; its path. */
    String call() {
        HttpResponse<String> created = offer();
        if (created.statusCode() != 201) {
            throw new AssertionError("no call: " + created.statusCode() + " " + created.body());
        }
        return created.headers().firstValue("Location").orElseThrow();
    }

    HttpResponse<String> type(String call, String text) {
        return send(request(call + "/text")
                .header("Origin", origin())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.object().put("text", text).toString())));
    }

    HttpResponse<String> delete(String call) {
        return send(request(call).header("Origin", origin()).DELETE());
    }

    StreamReader events(String call, long lastEventId) {
        return new StreamReader(http, request(call + "/events").header("Last-Event-ID", Long.toString(lastEventId)));
    }

    StreamReader events(String call) {
        return events(call, 0);
    }

    Socket socket() throws IOException {
        Socket socket = new Socket(gateway.url().getHost(), gateway.url().getPort());
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    /** Sends bytes as they are and reads until the gateway closes or nothing came for a while. */
    String raw(String request) throws IOException {
        try (Socket socket = socket()) {
            socket.setSoTimeout(2_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            StringBuilder answer = new StringBuilder();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[4096];
            try {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    answer.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                }
            } catch (java.net.SocketTimeoutException quiet) {
                // The connection stays open: the answer is complete.
            }
            return answer.toString();
        }
    }

    /** Waits until no call lives, neither here nor at the provider. */
    void awaitNoCalls() {
        simulator
                .journal()
                .await("the end of all calls", entry -> simulator.calls().live().isEmpty(), SOON);
        try {
            if (!gateway.awaitNoCalls(SOON)) {
                throw new AssertionError(gateway.liveCalls() + " calls live in the gateway");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", stopped);
        }
    }

    /** How many calls the provider saw being created. */
    long created() {
        return simulator.calls().created();
    }

    @Override
    public void close() {
        gateway.close();
        try {
            conversations.shutdown().toCompletableFuture().get(15, TimeUnit.SECONDS);
            sideband.shutdown().toCompletableFuture().get(15, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("the conversations did not end", failed);
        } finally {
            resources.close();
            simulator.close();
        }
    }
}
