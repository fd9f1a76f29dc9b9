package dev.antiphon.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** Tasks run when the test says so. */
final class ManualExecutor implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @Override
    public synchronized void execute(Runnable task) {
        tasks.addLast(task);
    }

    synchronized int waiting() {
        return tasks.size();
    }

    private synchronized Runnable poll() {
        Runnable task = tasks.pollFirst();
        return task == null ? () -> {} : task;
    }

    private synchronized Runnable pop() {
        return tasks.removeLast();
    }

    void runOne() {
        poll().run();
    }

    void runAll() {
        while (waiting() > 0) {
            poll().run();
        }
    }

    /** Runs the newest task first: the worst a pool can do. */
    void runAllNewestFirst() {
        while (waiting() > 0) {
            pop().run();
        }
    }
}
