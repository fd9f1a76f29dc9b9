package dev.antiphon.testkit;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An executor that keeps its tasks until a test runs them, one by one, on the test's thread. Safe for
 * use by any thread.
 */
public final class ManualExecutor implements Executor {
    // Guarded by itself.
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    /** An executor with nothing to do. */
    public ManualExecutor() {}

    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
        }
    }

    /** How many tasks wait. */
    public int pending() {
        synchronized (tasks) {
            return tasks.size();
        }
    }

    /**
     * Runs the oldest task; what it throws reaches the caller.
     *
     * @return whether there was one
     */
    public boolean runNext() {
        Runnable task = take();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    /**
     * Runs tasks until none is left, those included that running tasks add.
     *
     * @return how many ran
     */
    public int runAll() {
        int count = 0;
        while (runNext()) {
            count++;
        }
        return count;
    }

    private @Nullable Runnable take() {
        synchronized (tasks) {
            return tasks.poll();
        }
    }
}
