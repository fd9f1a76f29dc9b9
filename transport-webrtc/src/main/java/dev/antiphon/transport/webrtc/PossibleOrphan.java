package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Fault;
import java.util.Optional;

/**
 * A call that may exist at the provider and that nobody controls: {@link Fault#POSSIBLE_ORPHAN}. Somebody
 * should end it there.
 *
 * @param requestId id of the request that may have created it: the server's where it answered, else the
 *     one we sent as {@code X-Client-Request-Id}
 * @param call the call, where its id is known
 * @param host host and port of the provider
 * @param reason what happened, for people
 */
public record PossibleOrphan(String requestId, Optional<CallId> call, String host, String reason) {
    /** In place of the request's id where the call itself is known. */
    static final String NO_REQUEST = "unknown";

    @Override
    public String toString() {
        return Fault.POSSIBLE_ORPHAN + " at " + host + ", request id " + requestId
                + call.map(id -> ", call #" + id.digest()).orElse("") + ": " + reason;
    }
}
