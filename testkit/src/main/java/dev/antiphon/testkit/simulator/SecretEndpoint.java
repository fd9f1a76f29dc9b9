package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import dev.antiphon.testkit.simulator.assistant.SessionConfig;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Mints ephemeral keys. */
final class SecretEndpoint {
    private static final int DEFAULT_SECONDS = 600;

    private final SimulatedService service;

    SecretEndpoint(SimulatedService service) {
        this.service = service;
    }

    void mint(Exchange exchange) {
        try {
            if (service.keys().ephemeralOf(exchange.key()).isPresent()) {
                exchange.answer(HttpAnswer.error(403, "forbidden", "An ephemeral key cannot mint another one."));
                return;
            }
            exchange.answer(mint(exchange, new String(exchange.request().rawBody(), StandardCharsets.UTF_8)));
        } catch (InvalidEvent e) {
            String code = e.code().equals("invalid_event") ? "invalid_json" : e.code();
            exchange.answer(HttpAnswer.error(400, code, String.valueOf(e.getMessage()), e.param()));
        }
    }

    private HttpAnswer mint(Exchange exchange, String body) throws InvalidEvent {
        ObjectNode request = body.isBlank() ? Json.object() : Json.parseObject(body);
        long seconds = DEFAULT_SECONDS;
        JsonNode expiry = request.path("expires_after");
        if (!expiry.isMissingNode()) {
            JsonNode given = expiry.path("seconds");
            seconds = given.isMissingNode() ? DEFAULT_SECONDS : given.asLong(0);
            if (seconds < 10 || seconds > 7_200) {
                throw new InvalidEvent(
                        "invalid_value", "expires_after.seconds", "Expected an integer from 10 to 7200.");
            }
        }
        ObjectNode session = request.path("session") instanceof ObjectNode given
                ? given
                : Json.object().put("type", "realtime");
        SessionConfig config = SessionConfig.ofCall(session, service.settings().model());
        Instant expiresAt = service.clock().now().plusSeconds(seconds);
        String key = service.ids().next("ek");
        service.keys()
                .mint(
                        key,
                        new KeyRing.Ephemeral(exchange.request().credential(), expiresAt, Json.write(session)),
                        service.clock().now());
        ObjectNode answer = Json.object();
        answer.put("value", key);
        answer.put("expires_at", expiresAt.getEpochSecond());
        answer.set("session", config.describe(service.ids().next("sess"), 0));
        return HttpAnswer.of(200, "application/json", Json.write(answer));
    }
}
