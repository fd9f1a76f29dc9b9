package dev.antiphon.app.gateway;

import dev.antiphon.core.RealtimeConversations;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where calls are created and conversations held. The gateway ends its calls when it stops; whoever made the
 * provider closes it afterwards.
 */
@FunctionalInterface
public interface Provider {
    RealtimeConversations conversations();

    /**
     * Asks the provider whether it accepts our credentials; creates nothing. Returns at once.
     *
     * @return fails if that cannot be known now, and always by default
     */
    default CompletionStage<Boolean> acceptsCredentials() {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("this provider cannot be asked"));
    }
}
