package dev.antiphon.core;

import dev.antiphon.core.model.StartRequest;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A place for at most one conversation. A start takes the place of the one before, which gets an end
 * of its own ({@link dev.antiphon.core.model.Closure.Initiator#REPLACED}); a start that is refused
 * leaves the one before untouched. Safe for use by any thread; of two starts at the same time the
 * later one stays.
 */
public final class ConversationSlot {
    private final RealtimeConversations conversations;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by lock. */
    private @Nullable LiveConversation current;

    public ConversationSlot(RealtimeConversations conversations) {
        this.conversations = conversations;
    }

    /**
     * Starts a conversation in this place. The end of the one before begins first.
     *
     * @throws IllegalArgumentException if no transport fits; the one before goes on then
     * @throws IllegalStateException if no conversation can be started any more; likewise
     */
    public Conversation start(StartRequest request, ConversationListener listener) {
        LiveConversation fresh = conversations.prepare(request, Objects.requireNonNull(listener, "listener"));
        LiveConversation before;
        lock.lock();
        try {
            before = current;
            current = fresh;
        } finally {
            lock.unlock();
        }
        if (before != null) {
            before.replace();
        }
        fresh.open();
        return fresh;
    }

    /** The conversation that holds the place, if it has not ended. */
    public Optional<Conversation> current() {
        lock.lock();
        try {
            LiveConversation holder = current;
            return holder == null || holder.phase() == Phase.CLOSED ? Optional.empty() : Optional.of(holder);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the conversation that holds the place; nothing happens if there is none. */
    public void stop() {
        current().ifPresent(Conversation::close);
    }
}
