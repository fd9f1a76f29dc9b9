package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.RawJson;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Request and answer of {@code POST …/realtime/client_secrets}. */
public final class ClientSecretJson {
    private ClientSecretJson() {}

    /**
     * The request's body.
     *
     * @param session as {@link EventCodec#sessionForCall} writes it
     */
    public static byte[] request(byte[] session, Duration expiresAfter) {
        String body = "{\"expires_after\":{\"anchor\":\"created_at\",\"seconds\":" + expiresAfter.toSeconds()
                + "},\"session\":" + new String(session, StandardCharsets.UTF_8) + "}";
        return body.getBytes(StandardCharsets.UTF_8);
    }

    /** The secret in an answer's body; empty if there is none. */
    public static Optional<ClientSecret> answer(byte[] body) {
        try {
            JsonNode answer = Json.objectIn(body, 0, body.length);
            JsonNode value = answer.path("value");
            JsonNode expiresAt = answer.path("expires_at");
            JsonNode session = answer.path("session");
            if (!value.isString() || value.stringValue().isBlank() || !Nodes.isInteger(expiresAt)) {
                return Optional.empty();
            }
            return Optional.of(new ClientSecret(
                    value.stringValue(),
                    Instant.ofEpochSecond(Nodes.integer(expiresAt)),
                    new RawJson(session.isObject() ? JsonWriter.text(session) : "{}")));
        } catch (MalformedEventException | DateTimeException unusable) {
            return Optional.empty();
        }
    }
}
