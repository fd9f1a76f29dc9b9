package dev.antiphon.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What must happen once the conversation's lock is free: collected while holding it, run after.
 * Used by one thread.
 */
final class Deferred {
    private @Nullable List<Runnable> calls;
    private @Nullable List<Runnable> completions;

    /** Something to call on this thread: a port, an executor. */
    void call(Runnable call) {
        if (calls == null) {
            calls = new ArrayList<>(2);
        }
        calls.add(call);
    }

    /** Stages to complete on the library's threads: application code may hang on them. */
    void complete(Runnable completion) {
        if (completions == null) {
            completions = new ArrayList<>(2);
        }
        completions.add(completion);
    }

    /** Runs everything; the lock must be free. */
    void run(Executor libraryThreads) {
        if (completions != null) {
            List<Runnable> all = completions;
            completions = null;
            libraryThreads.execute(() -> all.forEach(Runnable::run));
        }
        if (calls != null) {
            List<Runnable> all = calls;
            calls = null;
            all.forEach(Runnable::run);
        }
    }
}
