package dev.antiphon.testkit;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A scheduler whose time stands still until a test moves it.
 *
 * <p>Tasks run on the thread that calls {@link #advance}, in the order of their time and, at the same
 * instant, in the order in which they were scheduled. A task that schedules another one inside the
 * advanced span sees it run in the same call, at its own instant. An exception from a task reaches the
 * caller of {@code advance} after all other due tasks have run. Safe for use by any thread; two calls
 * of {@code advance} do not overlap.
 */
public final class ManualScheduler implements Scheduler {
    private static final Comparator<Task> BY_TIME =
            Comparator.comparingLong((Task task) -> task.at).thenComparingLong(task -> task.number);

    private final Object advancing = new Object();
    private final Object lock = new Object();

    // Guarded by lock.
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(BY_TIME);
    private long now;
    private long scheduled;

    /** A scheduler at time zero with nothing to do. */
    public ManualScheduler() {}

    @Override
    public long nanoTime() {
        synchronized (lock) {
            return now;
        }
    }

    /** Time that has passed since this scheduler was made. */
    public Duration elapsed() {
        return Duration.ofNanos(nanoTime());
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        synchronized (lock) {
            Task added = new Task(now + Math.max(0, delay.toNanos()), scheduled++, task);
            tasks.add(added);
            return () -> drop(added);
        }
    }

    private void drop(Task task) {
        synchronized (lock) {
            tasks.remove(task);
        }
    }

    /** How many tasks wait for their time. */
    public int pending() {
        synchronized (lock) {
            return tasks.size();
        }
    }

    /** How long until the next task is due, one entry for each task, soonest first. */
    public List<Duration> due() {
        synchronized (lock) {
            return tasks.stream()
                    .sorted(BY_TIME)
                    .map(task -> Duration.ofNanos(task.at - now))
                    .toList();
        }
    }

    /** Moves time forward and runs what becomes due. */
    public void advance(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("time does not run backwards: " + span);
        }
        List<RuntimeException> failures = new ArrayList<>();
        synchronized (advancing) {
            long target = nanoTime() + span.toNanos();
            for (Task task = takeDue(target); task != null; task = takeDue(target)) {
                try {
                    task.work.run();
                } catch (RuntimeException failure) {
                    failures.add(failure);
                }
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Moves time to the next task and runs everything due at that instant. */
    public boolean advanceToNext() {
        List<Duration> due = due();
        if (due.isEmpty()) {
            return false;
        }
        advance(due.get(0));
        return true;
    }

    private @org.jspecify.annotations.Nullable Task takeDue(long target) {
        synchronized (lock) {
            Task next = tasks.peek();
            if (next == null || next.at > target) {
                now = target;
                return null;
            }
            tasks.remove();
            now = next.at;
            return next;
        }
    }

    private record Task(long at, long number, Runnable work) {}
}
