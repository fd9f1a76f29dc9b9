package dev.antiphon.transport.webrtc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/** Counts work that outlives its conversation and tells when there is none. Safe for use by any thread. */
final class Background {
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private int running;
    private CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);

    void begin() {
        lock.lock();
        try {
            if (running++ == 0) {
                idle = new CompletableFuture<>();
            }
        } finally {
            lock.unlock();
        }
    }

    void end() {
        CompletableFuture<Void> reached;
        lock.lock();
        try {
            if (--running > 0) {
                return;
            }
            reached = idle;
        } finally {
            lock.unlock();
        }
        reached.complete(null);
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
