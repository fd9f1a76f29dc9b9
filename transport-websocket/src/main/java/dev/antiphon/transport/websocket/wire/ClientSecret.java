package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.RawJson;
import java.time.Instant;

/**
 * A short-lived key for a browser or a device, which then needs no key of the account.
 *
 * @param value {@code ek_…}; a secret
 * @param expiresAt when new sessions can no longer be started with it; running ones go on
 * @param session the session it was minted for, as the server will run it
 */
public record ClientSecret(String value, Instant expiresAt, RawJson session) {
    /** Does not show the value. */
    @Override
    public String toString() {
        return "ClientSecret[expires " + expiresAt + "]";
    }
}
