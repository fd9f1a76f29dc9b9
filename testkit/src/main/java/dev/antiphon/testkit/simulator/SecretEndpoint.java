package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import dev.antiphon.testkit.simulator.assistant.SessionConfig;
import dev.antiphon.testkit.simulator.assistant.TranslationSession;
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

    /** @param forTranslation whether the key is to open translation sessions */
    void mint(Exchange exchange, boolean forTranslation) {
        try {
            if (service.keys().ephemeralOf(exchange.key()).isPresent()) {
                exchange.answer(HttpAnswer.error(403, "forbidden", "An ephemeral key cannot mint another one."));
                return;
            }
            exchange.answer(
                    mint(exchange, new String(exchange.request().rawBody(), StandardCharsets.UTF_8), forTranslation));
        } catch (InvalidEvent e) {
            exchange.answer(HttpAnswer.invalid(e));
        }
    }

    private HttpAnswer mint(Exchange exchange, String body, boolean forTranslation) throws InvalidEvent {
        ObjectNode request = body.isBlank() ? Json.object() : Json.parseObject(body);
        for (String name : request.propertyNames()) {
            if (!name.equals("expires_after") && !name.equals("session")) {
                throw InvalidEvent.unknownParameter(name);
            }
        }
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
        if (expiry.has("anchor") && !expiry.path("anchor").asString("").equals("created_at")) {
            throw InvalidEvent.value("expires_after.anchor", "The only anchor known here is created_at.");
        }
        boolean configured = request.path("session").isObject();
        if (forTranslation && !configured) {
            throw InvalidEvent.missing("session");
        }
        ObjectNode session = configured
                ? (ObjectNode) request.path("session")
                : Json.object().put("type", "realtime");
        ObjectNode described = describe(session, forTranslation);
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
        answer.set("session", described);
        return HttpAnswer.of(200, "application/json", Json.write(answer));
    }

    private ObjectNode describe(ObjectNode session, boolean forTranslation) throws InvalidEvent {
        String model = service.settings().model();
        if (!forTranslation) {
            return SessionConfig.ofCall(session, model).describe(service.ids().next("sess"), 0);
        }
        TranslationSession.check(session);
        return TranslationSession.describe(
                service.ids().next("sess"), 0, session.path("model").asString(model));
    }
}
