package dev.antiphon.core;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

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
        Executor virtual = virtualThreads();
        return virtual == null
                ? ElasticPool.growing(threadNames, core, MAX_PLATFORM_THREADS, TimerScheduler.shared())
                : ElasticPool.withOverflow(threadNames, core, virtual, TimerScheduler.shared());
    }

    /** A virtual thread for each task, or null before JDK 21. */
    private static @Nullable Executor virtualThreads() {
        try {
            return (Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException before21) {
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("virtual threads could not be set up", e);
        }
    }
}
