package dev.antiphon.core;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Two calls at the same moment, on two threads. */
final class Race {
    /** Other threads than the test's. */
    static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "other");
        thread.setDaemon(true);
        return thread;
    });

    private Race() {}

    /** Both at once; fails if one of them does, or hangs. */
    static void of(Runnable one, Runnable other) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2);
        Future<?> second = THREADS.submit(() -> {
            barrier.await(10, TimeUnit.SECONDS);
            other.run();
            return null;
        });
        barrier.await(10, TimeUnit.SECONDS);
        one.run();
        second.get(10, TimeUnit.SECONDS);
    }

    /** A moment that no test of time would see. */
    static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
