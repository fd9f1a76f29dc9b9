package dev.antiphon.testkit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one after another, never two at the same time and never one inside another. A task runs
 * on the thread that brought it, or on the thread that is busy with an earlier one.
 */
final class Serial implements Executor {
    private final Executor carrier;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();

    /** @param carrier carries the thread that runs tasks */
    Serial(Executor carrier) {
        this.carrier = carrier;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() == 0) {
            carrier.execute(this::runAll);
        }
    }

    private void runAll() {
        do {
            Runnable task = tasks.remove();
            task.run();
        } while (pending.decrementAndGet() > 0);
    }
}
