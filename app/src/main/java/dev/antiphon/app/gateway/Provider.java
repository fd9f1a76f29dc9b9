package dev.antiphon.app.gateway;

import dev.antiphon.core.RealtimeConversations;

/**
 * Where calls are created and conversations held. The gateway ends its calls when it stops; whoever made the
 * provider closes it afterwards.
 */
@FunctionalInterface
public interface Provider {
    RealtimeConversations conversations();
}
