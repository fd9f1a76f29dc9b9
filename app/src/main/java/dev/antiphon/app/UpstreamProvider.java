package dev.antiphon.app;

import dev.antiphon.app.gateway.Provider;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.transport.webrtc.CallClient;
import dev.antiphon.transport.webrtc.CallId;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The server behind the gateway. Safe for use by any thread. */
final class UpstreamProvider implements Provider {
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int ID_BITS = 128;

    private final RealtimeConversations conversations;
    private final CallClient calls;
    private final SecureRandom random = new SecureRandom();

    UpstreamProvider(RealtimeConversations conversations, CallClient calls) {
        this.conversations = conversations;
        this.calls = calls;
    }

    @Override
    public RealtimeConversations conversations() {
        return conversations;
    }

    /** Hangs up a call that cannot exist: it costs nothing, and whoever knows the key says that there is none. */
    @Override
    public CompletionStage<Boolean> acceptsCredentials() {
        CallId nobodys = new CallId("rtc_" + new BigInteger(ID_BITS, random).toString(16));
        return calls.hangUp(nobodys).handle((agreed, failure) -> failure == null || isAboutTheCall(failure));
    }

    /** @throws CompletionException if it is neither about the call nor about the key */
    private static boolean isAboutTheCall(Throwable failure) {
        Throwable reason =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        int status =
                reason instanceof TransportException refusal ? refusal.status().orElse(0) : 0;
        if (status != NOT_FOUND && status != UNAUTHORIZED) {
            throw new CompletionException(reason);
        }
        return status == NOT_FOUND;
    }
}
