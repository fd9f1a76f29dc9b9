package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.transport.websocket.wire.ClientSecret;
import dev.antiphon.transport.websocket.wire.ClientSecretJson;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Mints client secrets: short-lived keys with which a browser or device starts its own session
 * ({@code POST …/realtime/client_secrets}). Safe for use by any thread.
 */
public final class ClientSecrets {
    private static final Duration SHORTEST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofHours(2);

    private final Dialer dialer;

    public ClientSecrets(Dialer dialer) {
        this.dialer = dialer;
    }

    /** A secret for one kind of session, good for ten minutes. */
    public CompletionStage<ClientSecret> mint(SessionConfig session) {
        return mint(session, Duration.ofMinutes(10));
    }

    /**
     * A secret for one kind of session. Never asked for twice.
     *
     * @param expiresAfter from 10 seconds to 2 hours
     * @return completes on an event loop; fails with a {@link RefusedException} if the server answered
     *     with an error, else with a {@link TransportException}
     * @throws IllegalArgumentException if {@code expiresAfter} is out of range
     */
    public CompletionStage<ClientSecret> mint(SessionConfig session, Duration expiresAfter) {
        if (expiresAfter.compareTo(SHORTEST) < 0 || expiresAfter.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a client secret lives 10 s to 7200 s, not " + expiresAfter.toSeconds() + " s");
        }
        RealtimeEndpoint endpoint = dialer.endpoint();
        byte[] body = ClientSecretJson.request(endpoint.dialect().codec().sessionForCall(session), expiresAfter);
        HttpCall call = HttpCall.post(endpoint.clientSecretsUrl())
                .withAccept("application/json")
                .withBody("application/json", body);
        return dialer.send(call, dialer.nextLoop()).answer().thenApply(this::secretIn);
    }

    private ClientSecret secretIn(HttpAnswer answer) {
        String host = dialer.endpoint().host();
        if (!answer.isSuccess()) {
            throw RefusedException.of(answer, Fault.SESSION_REFUSED, "the request for a client secret", host, 1);
        }
        return ClientSecretJson.answer(answer.body())
                .orElseThrow(() -> new TransportException(
                        Fault.PROTOCOL_VIOLATION, host + " answered " + answer.status() + " without a client secret"));
    }
}
