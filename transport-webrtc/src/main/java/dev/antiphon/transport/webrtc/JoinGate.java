package dev.antiphon.transport.webrtc;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds how many joins are on their way at the same time; the others wait in order of arrival. Safe
 * for use by any thread, never blocks.
 */
final class JoinGate {
    private final Bulkhead places;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Set<Place> waiting = new LinkedHashSet<>();

    JoinGate(int simultaneousJoins) {
        this.places = Bulkhead.of(
                "joins",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(simultaneousJoins)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
    }

    /**
     * Asks for a place.
     *
     * @param admitted runs on the owner when there is one, unless the place was left before
     */
    Place enter(Executor owner, Runnable admitted) {
        Place place = new Place(owner, admitted);
        lock.lock();
        try {
            waiting.add(place);
        } finally {
            lock.unlock();
        }
        admitWaiting();
        return place;
    }

    private void admitWaiting() {
        for (Place next = admitNext(); next != null; next = admitNext()) {
            next.owner.execute(next);
        }
    }

    private @org.jspecify.annotations.Nullable Place admitNext() {
        lock.lock();
        try {
            if (waiting.isEmpty() || !places.tryAcquirePermission()) {
                return null;
            }
            Place next = waiting.iterator().next();
            waiting.remove(next);
            next.admitted = true;
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** One join's place, or its wait for one. */
    final class Place implements Runnable {
        private final Executor owner;
        private final Runnable onAdmitted;

        // Guarded by lock.
        private boolean admitted;
        private boolean left;

        private Place(Executor owner, Runnable onAdmitted) {
            this.owner = owner;
            this.onAdmitted = onAdmitted;
        }

        @Override
        public void run() {
            if (!isLeft()) {
                onAdmitted.run();
            }
        }

        /** Gives the place to the next in line. Idempotent. */
        void leave() {
            lock.lock();
            try {
                if (left) {
                    return;
                }
                left = true;
                if (!admitted) {
                    waiting.remove(this);
                    return;
                }
                places.onComplete();
            } finally {
                lock.unlock();
            }
            admitWaiting();
        }

        private boolean isLeft() {
            lock.lock();
            try {
                return left;
            } finally {
                lock.unlock();
            }
        }
    }
}
