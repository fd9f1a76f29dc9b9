package dev.antiphon.core;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The threads that run application code when the application brings none: shared by everybody.
 *
 * <p>Virtual threads where the JVM has them. Else two small pools that grow when tasks block, one for
 * listeners and one for what hangs on stages: listeners that all wait for a stage cannot keep it from
 * completing.
 */
final class LibraryThreads {
    private static final int MAX_THREADS = 512;

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
        try {
            MethodHandle factory = MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (Executor) (ExecutorService) factory.invokeExact();
        } catch (NoSuchMethodException | IllegalAccessException before21) {
            int core = Math.max(2, Runtime.getRuntime().availableProcessors());
            return new ElasticPool(threadNames, core, MAX_THREADS, TimerScheduler.shared());
        } catch (Throwable e) {
            throw new IllegalStateException("virtual threads could not be set up", e);
        }
    }
}
