package dev.antiphon.transport.webrtc;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Everything of a transport that must come to an end: its conversations, and what outlives them.
 *
 * <p>Knows when there is none left. If the event loops are closed under it, nothing that was confined
 * to them can end by itself any more, so each is told and ends where it stands. Safe for use by any
 * thread.
 */
final class Background {
    /** Something that runs on an event loop and ends. */
    interface Work {
        /**
         * The event loops are gone: ends at once, with {@link Background#end}. Nothing else runs for
         * this work any more, so its confined state may be read and changed here.
         */
        void onLoopsGone();
    }

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final Set<Work> running = new HashSet<>();
    private boolean loopsGone;
    private CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);

    /** Begins a work; if the event loops are gone it is told before this method returns. */
    void begin(Work work) {
        boolean late;
        lock.lock();
        try {
            if (running.isEmpty()) {
                idle = new CompletableFuture<>();
            }
            running.add(work);
            late = loopsGone;
        } finally {
            lock.unlock();
        }
        if (late) {
            work.onLoopsGone();
        }
    }

    /** Ends a work. Idempotent. */
    void end(Work work) {
        CompletableFuture<Void> reached;
        lock.lock();
        try {
            if (!running.remove(work) || !running.isEmpty()) {
                return;
            }
            reached = idle;
        } finally {
            lock.unlock();
        }
        reached.complete(null);
    }

    /** The event loops have ended for good. */
    void loopsGone() {
        List<Work> stranded;
        lock.lock();
        try {
            loopsGone = true;
            stranded = List.copyOf(running);
        } finally {
            lock.unlock();
        }
        stranded.forEach(Work::onLoopsGone);
    }

    /** Completes when nothing runs; at once if nothing does. */
    CompletionStage<Void> idle() {
        lock.lock();
        try {
            return idle.copy();
        } finally {
            lock.unlock();
        }
    }
}
