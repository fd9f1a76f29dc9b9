package dev.antiphon.core;

import dev.antiphon.core.model.ServerEvent;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Tells a listener. Created without one, it keeps what happens for the first listener to come. */
final class ListenerOutlet extends Outlet {
    /** Guarded by the lock; set once. */
    private @Nullable ConversationListener listener;

    ListenerOutlet(ReentrantLock lock, EventFanout fanout, Executor executor, Executor fallback) {
        super(lock, fanout, executor, fallback);
    }

    /** Under the lock: somebody listens from now on. */
    void attach(ConversationListener first) {
        listener = first;
    }

    @Override
    boolean isReady() {
        return listener != null;
    }

    @Override
    void tell(Object signal) {
        ConversationListener told = listener;
        if (told == null) {
            throw new IllegalStateException("told before somebody listened");
        } else if (signal instanceof ServerEvent event) {
            told.onEvent(event);
        } else if (signal instanceof Signal other) {
            other.tell(told);
        }
    }
}
