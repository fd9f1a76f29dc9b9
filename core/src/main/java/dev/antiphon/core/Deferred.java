package dev.antiphon.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must happen once the conversation's lock is free: collected while holding it, run after, each
 * step whatever became of the one before. Used by one thread.
 */
final class Deferred {
    private static final Logger log = LoggerFactory.getLogger(Deferred.class);

    private @Nullable List<Runnable> completions;
    private @Nullable List<Runnable> calls;

    /** Promises to complete. No application code hangs on them directly, so they come first and in order. */
    void complete(Runnable completion) {
        if (completions == null) {
            completions = new ArrayList<>(2);
        }
        completions.add(completion);
    }

    /** Something to call: a port, an executor, a drain. */
    void call(Runnable call) {
        if (calls == null) {
            calls = new ArrayList<>(2);
        }
        calls.add(call);
    }

    /** Runs everything; the lock must be free. */
    void run() {
        if (completions != null) {
            runAll(completions);
        }
        if (calls != null) {
            runAll(calls);
        }
    }

    private static void runAll(List<Runnable> steps) {
        for (int i = 0; i < steps.size(); i++) {
            try {
                steps.get(i).run();
            } catch (RuntimeException | Error e) {
                log.error("a transport or an executor threw; the conversation goes on with its next step", e);
            }
        }
    }
}
