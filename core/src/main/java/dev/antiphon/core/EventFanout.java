package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives every consumer each signal in order and watches their backlogs: above the high mark reading
 * pauses until all of them are below the low mark, half of it. Guarded by the conversation's lock.
 */
final class EventFanout {
    /** A transport may deliver this many high marks in spite of a pause: what it had read, not more. */
    private static final int HARD_LIMIT = 4;

    private final int highCount;
    private final long highBytes;
    private final ReadingGate reading;
    private final List<Outlet> outlets = new ArrayList<>(1);
    private final Set<Outlet> crowded = new HashSet<>(2);
    private long late;
    private long lateBytes;

    EventFanout(ConversationLimits limits, ReadingGate reading) {
        this.highCount = limits.eventsHigh();
        this.highBytes = limits.eventBytesHigh();
        this.reading = reading;
    }

    void add(Outlet outlet) {
        outlets.add(outlet);
    }

    void remove(Outlet outlet, Deferred after) {
        outlets.remove(outlet);
        relaxed(outlet, after);
    }

    /** Queues a signal for everybody. */
    void publish(Object signal, Deferred after) {
        int weight = SignalWeight.of(signal);
        countIfLate(weight);
        for (int i = 0; i < outlets.size(); i++) {
            Outlet outlet = outlets.get(i);
            outlet.add(signal, weight);
            deliver(outlet, after);
        }
    }

    /** The last signal for everybody. */
    void end(Closure closure, Deferred after) {
        for (Outlet outlet : outlets) {
            outlet.end(closure);
            deliver(outlet, after);
        }
    }

    /** Starts an outlet that has something to tell, and watches its backlog. */
    void deliver(Outlet outlet, Deferred after) {
        if (isCrowded(outlet) && crowded.add(outlet)) {
            reading.pause(after);
        }
        if (outlet.wake()) {
            after.call(outlet::start);
        }
    }

    private boolean isCrowded(Outlet outlet) {
        return outlet.backlog() >= highCount || outlet.backlogBytes() >= highBytes;
    }

    /** Something left an outlet's queue. */
    void drained(Outlet outlet, Deferred after) {
        if (!crowded.isEmpty() && outlet.backlog() <= highCount / 2 && outlet.backlogBytes() <= highBytes / 2) {
            relaxed(outlet, after);
        }
    }

    private void relaxed(Outlet outlet, Deferred after) {
        if (crowded.remove(outlet) && crowded.isEmpty()) {
            reading.resume(after);
        }
    }

    private void countIfLate(int weight) {
        if (reading.isClosed()) {
            late++;
            lateBytes += weight;
        } else {
            late = 0;
            lateBytes = 0;
        }
    }

    /** Whether the transport delivers in spite of the pause that it was told. */
    boolean isOverrun() {
        return late > HARD_LIMIT * (long) highCount || lateBytes > HARD_LIMIT * highBytes;
    }
}
