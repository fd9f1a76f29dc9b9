package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/** The threads that run application code when the application brings none: shared by everybody. */
final class LibraryThreads {
    private static final int MAX_THREADS = 512;

    private LibraryThreads() {}

    private static final class Holder {
        static final Executor SHARED = create(TimerScheduler.shared());
    }

    /** Virtual threads where the JVM has them, else a small pool that grows when tasks block. */
    static Executor shared() {
        return Holder.SHARED;
    }

    private static Executor create(Scheduler scheduler) {
        try {
            MethodHandle factory = MethodHandles.publicLookup()
                    .findStatic(
                            java.util.concurrent.Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (Executor) (ExecutorService) factory.invokeExact();
        } catch (NoSuchMethodException | IllegalAccessException before21) {
            return new ElasticPool(Math.max(2, Runtime.getRuntime().availableProcessors()), MAX_THREADS, scheduler);
        } catch (Throwable e) {
            throw new IllegalStateException("virtual threads could not be set up", e);
        }
    }
}
