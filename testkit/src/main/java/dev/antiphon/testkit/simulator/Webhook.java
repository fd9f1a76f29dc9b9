package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Where the simulator tells of calls that come in by telephone: an HTTP endpoint of the application, and the
 * secret that both sides know.
 *
 * <p>A webhook is signed as the service does it: HMAC-SHA256 over id, time and body (Standard Webhooks 1.0,
 * symmetric signatures). Its time is that of the simulator's clock. It is delivered once, by a thread that ends
 * with it; what came of it is in the journal as {@link Kind#WEBHOOK}, with the status or the kind of failure.
 */
public final class Webhook {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String SECRET_PREFIX = "whsec_";

    private final URI url;
    private final byte[] key;

    private Webhook(URI url, byte[] key) {
        this.url = url;
        this.key = key;
    }

    /**
     * An endpoint.
     *
     * @param url {@code http} or {@code https}
     * @param secret as the application has it: {@code whsec_} and base64, or any other text
     * @throws IllegalArgumentException if the secret is blank, or not base64 after its prefix
     */
    public static Webhook to(URI url, String secret) {
        if (secret.isBlank()) {
            throw new IllegalArgumentException("the webhook secret is blank");
        }
        return new Webhook(
                url,
                secret.startsWith(SECRET_PREFIX)
                        ? Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length()))
                        : secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Delivers the news of a call, on a thread of its own. */
    void deliver(Call call, SimulatedService service) {
        String id = "wh_" + call.id().substring(call.id().indexOf('_') + 1);
        String time = String.valueOf(service.clock().now().getEpochSecond());
        byte[] body = call.incomingEvent().getBytes(StandardCharsets.UTF_8);
        Thread courier = new Thread(
                () -> {
                    String outcome;
                    try {
                        outcome = String.valueOf(post(id, time, body));
                    } catch (IOException e) {
                        outcome = e.getClass().getSimpleName();
                    }
                    service.journal().add(Kind.WEBHOOK, "", call.id(), outcome);
                },
                "antiphon-simulator-webhook");
        courier.setDaemon(true);
        courier.start();
    }

    private int post(String id, String time, byte[] body) throws IOException {
        if (!(url.toURL().openConnection() instanceof HttpURLConnection connection)) {
            throw new IOException("a webhook goes to an http or https URL");
        }
        connection.setRequestMethod("POST");
        connection.setConnectTimeout((int) PATIENCE.toMillis());
        connection.setReadTimeout((int) PATIENCE.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setRequestProperty("Connection", "close");
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty("webhook-id", id);
        connection.setRequestProperty("webhook-timestamp", time);
        connection.setRequestProperty("webhook-signature", "v1," + signature(id + "." + time + ".", body));
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    private String signature(String head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "Webhook[" + url.getHost() + "]";
    }
}
