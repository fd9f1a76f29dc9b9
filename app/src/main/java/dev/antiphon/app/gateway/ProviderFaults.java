package dev.antiphon.app.gateway;

import dev.antiphon.core.ConversationClosedException;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * What a browser is told when the provider gave no answer. Safe for use by any thread.
 */
final class ProviderFaults {
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final KeyWatch key;

    /** @param key hears what calls tell of the key */
    ProviderFaults(KeyWatch key) {
        this.key = key;
    }

    /** The last call was answered. */
    void onAnswer() {
        key.accepted();
    }

    /** The problem behind a failed answer. */
    Problem problem(Throwable failure) {
        Throwable reason =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (reason instanceof TimeoutException) {
            return tooLate();
        }
        Optional<TransportException> cause = reason instanceof ConversationClosedException closed
                ? Optional.of(closed.closure()).flatMap(Closure::cause)
                : Optional.empty();
        if (cause.isEmpty()) {
            return Problem.of(503, "ended", "the call was ended before it was answered");
        }
        int status = cause.get().status().orElse(0);
        Fault fault = cause.get().fault();
        if (status == 401 || status == 403 || fault == Fault.CREDENTIALS_UNAVAILABLE) {
            key.refused();
            return Problem.of(502, "provider refuses", "the provider refuses the gateway's credentials");
        }
        return switch (fault) {
            case ENDPOINT_UNAVAILABLE, THROTTLED ->
                Problem.of(503, "provider busy", "the provider is not available right now; try again")
                        .retryAfter(PAUSE);
            case CONNECT_TIMEOUT, TLS_TIMEOUT, UPGRADE_TIMEOUT, CALL_OUTCOME_UNKNOWN, WRITE_TIMEOUT -> tooLate();
            case CALL_REJECTED ->
                status == 400 || status == 422
                        ? Problem.of(422, "offer refused", "the provider refuses this offer")
                        : Problem.of(502, "provider fails", "the provider did not create the call");
            case REQUEST_INVALID -> Problem.of(422, "offer refused", "the offer cannot be used");
            default -> Problem.of(502, "provider fails", "the provider did not create the call");
        };
    }

    private static Problem tooLate() {
        return Problem.of(504, "provider silent", "the provider did not answer in time");
    }
}
