package dev.antiphon.testkit.simulation;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Time and chance of one simulation. Whatever would run on a thread of its own runs here, one task
 * after another, and of the tasks that may run the seed chooses the next one.
 *
 * <p>A task becomes due at once or a few milliseconds after it was handed over, as if its thread were
 * busy. Time stands still while tasks are due and then jumps to the next one.
 */
public final class SimulatedWorld {
    private static final long MAX_LATENCY_NANOS = Duration.ofMillis(3).toNanos();
    private static final Comparator<Alarm> BY_TIME =
            Comparator.comparingLong((Alarm timer) -> timer.at).thenComparingLong(timer -> timer.number);

    private final Thread owner = Thread.currentThread();
    private final SplittableRandom random;
    private final PriorityQueue<Alarm> timers = new PriorityQueue<>(BY_TIME);
    private final Map<String, Lane> lanes = new HashMap<>();
    private final List<Lane> inOrder = new ArrayList<>();
    private final List<Task> pool = new ArrayList<>();
    private long now;
    private long numbered;

    private record Task(long due, Runnable work) {}

    private record Alarm(long at, long number, Clock clock, Runnable work) {}

    /** Tasks that run one after another, as on an event loop or a serial executor. */
    private final class Lane implements Executor {
        private final ArrayDeque<Task> tasks = new ArrayDeque<>();
        private long notBefore;

        @Override
        public void execute(Runnable work) {
            check();
            tasks.add(new Task(now + latency(), work));
        }

        private long due() {
            Task next = tasks.peek();
            return next == null ? Long.MAX_VALUE : Math.max(next.due, notBefore);
        }
    }

    /** A view of time that counts its own timers. */
    public final class Clock implements Scheduler {
        private int pending;

        private Clock() {}

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            check();
            Alarm timer = new Alarm(now + Math.max(0, delay.toNanos()), numbered++, this, task);
            timers.add(timer);
            pending++;
            return () -> {
                if (timers.remove(timer)) {
                    pending--;
                }
            };
        }

        /** Timers that were neither run nor cancelled. */
        public int pending() {
            return pending;
        }
    }

    /** A world that the seed decides. */
    public SimulatedWorld(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** A clock of this world, with its own count of timers. */
    public Clock clock() {
        return new Clock();
    }

    /** Nanoseconds since the world began. */
    public long nanoTime() {
        return now;
    }

    /** Where tasks run in the order in which they come; the same for the same name. */
    public Executor lane(String name) {
        return lanes.computeIfAbsent(name, unused -> {
            Lane lane = new Lane();
            inOrder.add(lane);
            return lane;
        });
    }

    /** Where tasks run in any order, as on a pool of threads. */
    public Executor pool() {
        return task -> {
            check();
            pool.add(new Task(now + latency(), task));
        };
    }

    /** Lets a lane stand still for a while, as if its thread were stuck. */
    public void hold(String lane, Duration time) {
        if (lane(lane) instanceof Lane held) {
            held.notBefore = now + time.toNanos();
        }
    }

    // ------------------------------------------------------------------ chance

    /** True with this probability. */
    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From {@code from} to {@code to}, both included. */
    public int between(int from, int to) {
        return random.nextInt(from, to + 1);
    }

    /** Up to this long. */
    public Duration upTo(Duration longest) {
        return Duration.ofNanos(random.nextLong(longest.toNanos() + 1));
    }

    /** One of these. */
    @SafeVarargs
    public final <T> T oneOf(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private long latency() {
        return random.nextInt(10) < 7 ? 0 : random.nextLong(MAX_LATENCY_NANOS);
    }

    // ------------------------------------------------------------------ running

    /**
     * Runs one task.
     *
     * @return false if nothing is left to run, now or later
     */
    public boolean step() {
        check();
        int due = countDue();
        if (due == 0) {
            long next = nextDue();
            if (next == Long.MAX_VALUE) {
                return false;
            }
            now = next;
            due = countDue();
        }
        take(random.nextInt(due)).run();
        return true;
    }

    private int countDue() {
        int due = !timers.isEmpty() && timers.peek().at <= now ? 1 : 0;
        for (Lane lane : inOrder) {
            due += lane.due() <= now ? 1 : 0;
        }
        for (Task task : pool) {
            due += task.due <= now ? 1 : 0;
        }
        return due;
    }

    private long nextDue() {
        long next = timers.isEmpty() ? Long.MAX_VALUE : timers.peek().at;
        for (Lane lane : inOrder) {
            next = Math.min(next, lane.due());
        }
        for (Task task : pool) {
            next = Math.min(next, task.due);
        }
        return next;
    }

    private Runnable take(int chosen) {
        int left = chosen;
        Alarm timer = timers.peek();
        if (timer != null && timer.at <= now && left-- == 0) {
            timers.remove();
            timer.clock.pending--;
            return timer.work;
        }
        for (Lane lane : inOrder) {
            if (lane.due() <= now && left-- == 0) {
                return lane.tasks.remove().work;
            }
        }
        return takeFromPool(left);
    }

    private Runnable takeFromPool(int chosen) {
        int left = chosen;
        for (int i = 0; i < pool.size(); i++) {
            if (pool.get(i).due <= now && left-- == 0) {
                return pool.remove(i).work;
            }
        }
        throw new IllegalStateException("counted more tasks than there are");
    }

    private void check() {
        @Nullable Thread current = Thread.currentThread();
        if (current != owner) {
            throw new IllegalStateException("a simulation has one thread, but " + current.getName() + " came");
        }
    }
}
