package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The webhook that tells of a call, as an application receives it. */
class WebhookIT {
    private static final byte[] KEY = "a key for tests only".getBytes(StandardCharsets.UTF_8);
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);

    private record Delivery(String id, String time, String signature, String body) {}

    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().control().start();
    private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    private HttpServer application;

    @BeforeEach
    void listen() throws IOException {
        application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        application.createContext("/hook", exchange -> {
            deliveries.add(new Delivery(
                    exchange.getRequestHeaders().getFirst("webhook-id"),
                    exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                    exchange.getRequestHeaders().getFirst("webhook-signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        application.start();
    }

    @AfterEach
    void close() {
        application.stop(0);
        simulator.close();
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + application.getAddress().getPort() + "/hook");
    }

    @Test
    void signed_webhook_tells_of_the_call() throws Exception {
        Call call = simulator.ring("+4930123456", Webhook.to(url(), SECRET));

        Delivery delivery = deliveries.poll(10, TimeUnit.SECONDS);

        assertThat(delivery).isNotNull();
        assertThat(delivery.body()).isEqualTo(call.incomingEvent());
        assertThat(delivery.signature()).isEqualTo("v1," + sign(delivery));
        JournalEntry entry =
                simulator.journal().await("webhook", one -> one.kind() == JournalEntry.Kind.WEBHOOK, TestSocket.SOON);
        assertThat(entry.type()).isEqualTo("204");
        assertThat(entry.callId()).isEqualTo(call.id());
    }

    private static String sign(Delivery delivery) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        mac.update((delivery.id() + "." + delivery.time() + ".").getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(mac.doFinal(delivery.body().getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void webhook_nobody_takes_is_in_the_journal() {
        application.stop(0);

        simulator.ring("+1", Webhook.to(url(), "any word"));

        assertThat(simulator
                        .journal()
                        .await("webhook", one -> one.kind() == JournalEntry.Kind.WEBHOOK, TestSocket.SOON)
                        .type())
                .isEqualTo("ConnectException");
    }

    @Test
    void tests_in_other_languages_ring_with_a_webhook_too() throws Exception {
        String body = "{\"from\":\"+1\",\"webhook\":{\"url\":\"" + url() + "\",\"secret\":\"" + SECRET + "\"}}";

        String ringing = TestSocket.HTTP
                .send(
                        HttpRequest.newBuilder(simulator.baseUrl().resolve("/simulator/ring"))
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString())
                .body();

        Delivery delivery = deliveries.poll(10, TimeUnit.SECONDS);
        assertThat(delivery).isNotNull();
        assertThat(delivery.body()).isEqualTo(ringing);
    }

    @Test
    void secret_must_be_one() {
        assertThatThrownBy(() -> Webhook.to(url(), " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("blank");
    }
}
