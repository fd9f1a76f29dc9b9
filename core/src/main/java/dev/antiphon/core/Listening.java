package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ServerEvent;
import java.util.Objects;
import java.util.concurrent.Flow;

/**
 * Where listeners and subscribers come in. What happens before the first of them is kept for it; those
 * that come later hear from then on.
 */
final class Listening implements Flow.Publisher<ServerEvent> {
    private final Conversation conversation;
    private final ConversationEngine engine;
    private final ListenerOutlet first;

    /** Guarded by the engine's lock. */
    private boolean begun;

    Listening(Conversation conversation, ConversationEngine engine) {
        this.conversation = conversation;
        this.engine = engine;
        this.first = new ListenerOutlet(engine);
        engine.step(after -> engine.fanout.add(started(first)));
    }

    private ListenerOutlet started(ListenerOutlet outlet) {
        outlet.add(listener -> listener.onStarted(conversation));
        return outlet;
    }

    void listen(ConversationListener listener) {
        Objects.requireNonNull(listener, "listener");
        engine.step(after -> {
            ListenerOutlet outlet = first;
            if (begun) {
                outlet = started(new ListenerOutlet(engine));
                join(outlet);
            }
            begun = true;
            outlet.attach(listener);
            engine.fanout.deliver(outlet, after);
        });
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ServerEvent> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        EventSubscription subscription = new EventSubscription(engine, subscriber);
        engine.step(after -> {
            subscription.begin();
            if (!begun) {
                begun = true;
                subscription.inherit(first);
                engine.fanout.remove(first, after);
            }
            join(subscription);
            engine.fanout.deliver(subscription, after);
        });
    }

    /** Under the lock: hears what comes; if nothing comes any more, the end. */
    private void join(Outlet outlet) {
        Closure closure = engine.ending.closure();
        if (closure == null) {
            engine.fanout.add(outlet);
        } else {
            outlet.end(closure);
        }
    }
}
