package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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
        return () -> remove(entry);
    }

    private synchronized void remove(Entry entry) {
        entries.remove(entry);
    }

    synchronized int pending() {
        return entries.size();
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
