package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ServerEvent;
import org.jspecify.annotations.Nullable;

/** Tells a listener. Created without one, it keeps what happens for the first consumer to come. */
final class ListenerOutlet extends Outlet {
    /** Guarded by the lock; set once. */
    private @Nullable ConversationListener listener;

    ListenerOutlet(ConversationEngine engine) {
        super(engine);
    }

    /** Under the lock: somebody listens from now on. */
    void attach(ConversationListener first) {
        listener = first;
    }

    /** Under the lock. */
    void add(Signal signal) {
        add(signal, SignalWeight.of(signal));
    }

    @Override
    boolean takes(Object signal) {
        return listener != null;
    }

    @Override
    void end(Closure closure) {
        add(told -> told.onClosed(closure));
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
