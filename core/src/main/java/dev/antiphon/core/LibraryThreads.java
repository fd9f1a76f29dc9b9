package dev.antiphon.core;

import dev.antiphon.core.ElasticPool.Growth;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * The threads that run application code when the application brings none: shared by everybody.
 *
 * <p>Two small pools that grow while tasks block, by virtual threads where the JVM has them. One is for
 * listeners and one for what hangs on stages: listeners that all wait for a stage cannot keep it from
 * completing. Their first threads are of the platform everywhere, because these run a series of short
 * tasks at a lower price than a virtual thread for each of them.
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
        return new ElasticPool(threadNames, core, growth(), TimerScheduler.shared());
    }

    private static Growth growth() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            ThreadFactory virtual = (ThreadFactory) Class.forName("java.lang.Thread$Builder")
                    .getMethod("factory")
                    .invoke(builder);
            return new Growth(virtual, Integer.MAX_VALUE, Integer.MAX_VALUE);
        } catch (ReflectiveOperationException before21) {
            return new Growth(ElasticPool::daemon, MAX_PLATFORM_THREADS, 1);
        }
    }
}
