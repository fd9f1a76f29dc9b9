package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Virtual time: it passes when the test says so. */
final class ManualScheduler implements Scheduler {
    private record Entry(long due, long order, Runnable task) {}

    private final List<Entry> entries = new ArrayList<>();
    private long now;
    private long order;

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized Timer schedule(Duration delay, Runnable task) {
        Entry entry = new Entry(now + delay.toNanos(), order++, task);
        entries.add(entry);
        notifyAll();
        return () -> remove(entry);
    }

    private synchronized void remove(Entry entry) {
        entries.remove(entry);
    }

    synchronized int pending() {
        return entries.size();
    }

    /** Waits, in real time, until another thread has set so many timers. */
    synchronized void awaitPending(int count) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Stand.PATIENCE_MILLIS);
        try {
            while (entries.size() < count) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(entries.size() + " timers are set, expected " + count);
                }
                wait(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for timers", e);
        }
    }

    /** Lets time pass, running what falls due on the way. */
    void advance(Duration by) {
        long target = nanoTime() + by.toNanos();
        Optional<Entry> due = nextBefore(target);
        while (due.isPresent()) {
            due.get().task().run();
            due = nextBefore(target);
        }
        reach(target);
    }

    private synchronized void reach(long target) {
        now = Math.max(now, target);
    }

    private synchronized Optional<Entry> nextBefore(long target) {
        Optional<Entry> next = entries.stream()
                .filter(entry -> entry.due() <= target)
                .min(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::order));
        next.ifPresent(entry -> {
            entries.remove(entry);
            now = Math.max(now, entry.due());
        });
        return next;
    }
}
