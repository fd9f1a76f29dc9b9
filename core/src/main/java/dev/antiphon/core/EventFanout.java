package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives every consumer each signal in order and watches their backlogs: above the high mark reading
 * pauses until all of them are below the low mark. Guarded by the conversation's lock.
 */
final class EventFanout {
    /** A transport that goes on reading while paused may fill a queue up to this many high marks. */
    private static final int HARD_LIMIT = 4;

    private final int highMark;
    private final ConversationEngine engine;
    private final List<Outlet> outlets = new ArrayList<>(1);
    private final Set<Outlet> crowded = new HashSet<>(2);

    EventFanout(int highMark, ConversationEngine engine) {
        this.highMark = highMark;
        this.engine = engine;
    }

    int highMark() {
        return highMark;
    }

    int lowMark() {
        return highMark / 2;
    }

    void add(Outlet outlet) {
        outlets.add(outlet);
    }

    void remove(Outlet outlet, Deferred after) {
        outlets.remove(outlet);
        outlet.discard(after);
    }

    /** Queues a signal for everybody. */
    void publish(Object signal, Deferred after) {
        for (int i = 0; i < outlets.size(); i++) {
            Outlet outlet = outlets.get(i);
            outlet.add(signal, after);
            if (outlet.wake()) {
                after.call(outlet::start);
            }
        }
    }

    /** The last signal for everybody. */
    void end(Closure closure, Deferred after) {
        publish((Signal) listener -> listener.onClosed(closure), after);
        for (Outlet outlet : outlets) {
            if (outlet instanceof EventSubscription subscription) {
                subscription.end(closure, after);
                if (subscription.wake()) {
                    after.call(subscription::start);
                }
            }
        }
    }

    /** Whether somebody's queue is beyond what pausing should have kept it at. */
    boolean isOverrun() {
        if (crowded.isEmpty()) {
            return false;
        }
        for (Outlet outlet : crowded) {
            if (outlet.backlog() > (long) HARD_LIMIT * highMark) {
                return true;
            }
        }
        return false;
    }

    void crowded(Outlet outlet, Deferred after) {
        crowded.add(outlet);
        if (crowded.size() == 1) {
            engine.onCrowded(after);
        }
    }

    void relaxed(Outlet outlet, Deferred after) {
        if (crowded.remove(outlet) && crowded.isEmpty()) {
            engine.onRelaxed(after);
        }
    }
}
