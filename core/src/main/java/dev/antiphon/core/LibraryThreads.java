package dev.antiphon.core;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that run application code when the application brings none: shared by everybody.
 *
 * <p>Two small pools, one for listeners and one for what hangs on stages: listeners that all wait for a
 * stage cannot keep it from completing. Their threads are of the platform, because these run a series of
 * short tasks at a lower price than a virtual thread for each of them. What would have to wait for them
 * gets a virtual thread where the JVM has them; else the pools grow.
 */
final class LibraryThreads {
    private static final int MAX_PLATFORM_THREADS = 512;
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    private LibraryThreads() {}

    private static final class Holder {
        static final Executor LISTENERS = create("antiphon-listener-");
        static final Executor STAGES = create("antiphon-stage-");
    }

    /** Runs listeners. */
    static Executor listeners() {
        return Holder.LISTENERS;
    }

    /** Runs what the application hangs on stages. */
    static Executor stages() {
        return Holder.STAGES;
    }

    private static Executor create(String threadNames) {
        int core = Math.max(2, Runtime.getRuntime().availableProcessors());
        ThreadFactory threads = platformThreads(threadNames);
        return Runtime.version().feature() < FIRST_WITH_VIRTUAL_THREADS
                ? ElasticPool.growing(threads, core, MAX_PLATFORM_THREADS, TimerScheduler.shared())
                : ElasticPool.withOverflow(
                        threads, core, virtualThreads(threadNames + "virtual-"), TimerScheduler.shared());
    }

    /** Makes daemon threads, numbered from 1. */
    static ThreadFactory platformThreads(String names) {
        AtomicInteger made = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, names + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** A virtual thread for each task, numbered from 1; by reflection, for JDK 17 does not know them. */
    private static Executor virtualThreads(String names) {
        try {
            Object virtual = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            builder.getMethod("name", String.class, long.class).invoke(virtual, names, 1L);
            Object factory = builder.getMethod("factory").invoke(virtual);
            return (Executor) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("virtual threads could not be set up", e);
        }
    }
}
