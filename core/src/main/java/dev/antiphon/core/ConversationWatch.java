package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.port.ConversationObserver;
import dev.antiphon.core.port.ConversationObserver.Milestone;
import dev.antiphon.core.port.ConversationObserver.ObservedConversation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Times a conversation and tells the observer what happens to it: one call at a time, in the order in
 * which things happened, the end last. Guarded by the conversation's lock, which is free while the
 * observer is called.
 */
final class ConversationWatch implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(ConversationWatch.class);

    private final ReentrantLock lock;
    private final ConversationObserver observer;
    private final ObservedConversation observed;
    private final PhaseClock clock;

    // Guarded by lock.
    private final ArrayDeque<Consumer<ConversationObserver>> untold = new ArrayDeque<>(1);
    private boolean telling;
    private boolean ended;
    private boolean listenerThrew;

    /** Only looked at by the thread that tells. */
    private boolean observerThrew;

    ConversationWatch(ReentrantLock lock, ConversationObserver observer, ObservedConversation observed, long now) {
        this.lock = lock;
        this.observer = observer;
        this.observed = observed;
        this.clock = new PhaseClock(now);
    }

    PhaseClock clock() {
        return clock;
    }

    void started(Deferred after) {
        tell(told -> told.onStarted(observed), after);
    }

    void reach(Milestone milestone, long now, Deferred after) {
        clock.reach(milestone, now);
        Duration sinceStart = clock.since(now);
        tell(told -> told.onMilestone(observed, milestone, sinceStart), after);
    }

    void audioDropped(long frames, Deferred after) {
        tell(told -> told.onAudioDropped(observed, frames), after);
    }

    /** The first failure is logged in full; a listener that throws at each event must not fill the log. */
    void listenerThrew(Throwable failure, Deferred after) {
        if (listenerThrew) {
            log.debug("a listener of {} threw again", observed.id(), failure);
        } else {
            listenerThrew = true;
            log.warn(
                    "a listener of {} threw {}; the conversation goes on, further ones are logged at debug level",
                    observed.id(),
                    failure.getClass().getName(),
                    failure);
        }
        tell(told -> told.onListenerFailure(observed, failure), after);
    }

    void ended(Closure closure, Deferred after) {
        tell(told -> told.onEnded(observed, closure), after);
        ended = true;
    }

    private void tell(Consumer<ConversationObserver> call, Deferred after) {
        if (observer == ConversationObserver.NONE || ended) {
            return;
        }
        untold.addLast(call);
        if (!telling) {
            telling = true;
            after.call(this);
        }
    }

    /** Tells what is untold, on the thread that reported it first; what is reported meanwhile too. */
    @Override
    public void run() {
        Consumer<ConversationObserver> call = next();
        while (call != null) {
            try {
                call.accept(observer);
            } catch (Throwable e) {
                logObserverFailure(e);
            }
            call = next();
        }
    }

    private @Nullable Consumer<ConversationObserver> next() {
        lock.lock();
        try {
            Consumer<ConversationObserver> call = untold.pollFirst();
            telling = call != null;
            return call;
        } finally {
            lock.unlock();
        }
    }

    private void logObserverFailure(Throwable failure) {
        if (!observerThrew) {
            observerThrew = true;
            log.warn("the observer threw; conversation {} goes on", observed.id(), failure);
        }
    }
}
