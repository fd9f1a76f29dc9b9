package dev.antiphon.testkit.simulator;

import dev.antiphon.core.port.Scheduler;
import dev.antiphon.testkit.simulator.assistant.Timeline;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The simulator's time: pacing, turn detection by idleness, delays, expiry of sessions and keys, and the
 * times in the journal.
 *
 * <p>A running clock follows real time and can be moved forward. A frozen one
 * ({@link RealtimeSimulator.Builder#frozenClock}) stands still until {@link #advance} moves it. Being a
 * {@link Scheduler}, it can be given to an engine and its transports as well, so that one call moves all of
 * them: what falls due runs on the simulator's thread in the order of its time and, at the same instant, in
 * the order in which it was scheduled.
 *
 * <p>Time does not reach into the network: bytes under way arrive when they arrive. A test that expects a
 * timer to follow from something on the wire waits for the timer with {@link #awaitDue} before it moves the
 * clock. Safe for use by any thread.
 */
public final class SimulatorClock implements Scheduler, Timeline {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatorClock.class);
    private static final Comparator<Task> BY_TIME =
            Comparator.comparingLong((Task task) -> task.at).thenComparingLong(task -> task.number);

    private record Task(long at, long number, Runnable work) {}

    /** An action that only gives way. Confined to the loop. */
    private static final class Queued implements Runnable {
        private final Runnable action;
        private boolean cancelled;

        Queued(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            if (!cancelled) {
                action.run();
            }
        }
    }

    private final EventLoop loop;
    private final boolean frozen;
    private final Instant startedAt;
    private final long origin = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition scheduled = lock.newCondition();

    // Guarded by lock.
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(BY_TIME);
    private long moved;
    private long numbered;
    private Optional<Future<?>> alarm = Optional.empty();
    private long alarmAt;

    SimulatorClock(EventLoop loop, Optional<Instant> frozenAt) {
        this.loop = loop;
        frozen = frozenAt.isPresent();
        startedAt = frozenAt.orElseGet(Instant::now);
    }

    /** Whether time stands still between calls of {@link #advance}. */
    public boolean isFrozen() {
        return frozen;
    }

    /** Time since the simulator started. */
    public Duration elapsed() {
        return Duration.ofNanos(nanoTime());
    }

    @Override
    public long nanoTime() {
        lock.lock();
        try {
            return frozen ? moved : System.nanoTime() - origin + moved;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Instant now() {
        return startedAt.plusNanos(nanoTime());
    }

    @Override
    public Scheduler.Timer schedule(Duration delay, Runnable task) {
        Task added = add(delay, task);
        return () -> drop(added);
    }

    @Override
    public Timeline.Timer after(Duration delay, Runnable action) {
        if (delay.compareTo(YIELD) <= 0) {
            Queued queued = new Queued(action);
            loop.execute(queued);
            return () -> queued.cancelled = true;
        }
        Task added = add(delay, action);
        return () -> drop(added);
    }

    private Task add(Duration delay, Runnable work) {
        lock.lock();
        try {
            Task task = new Task(nanoTime() + Math.max(0, delay.toNanos()), numbered++, work);
            tasks.add(task);
            scheduled.signalAll();
            setAlarm();
            return task;
        } finally {
            lock.unlock();
        }
    }

    private void drop(Task task) {
        lock.lock();
        try {
            tasks.remove(task);
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held: wakes the loop for the first task, unless it will wake early enough anyway. */
    private void setAlarm() {
        Task next = tasks.peek();
        if (frozen || next == null || (alarm.isPresent() && alarmAt <= next.at) || loop.isShuttingDown()) {
            return;
        }
        alarm.ifPresent(earlier -> earlier.cancel(false));
        alarmAt = next.at;
        alarm = Optional.of(loop.schedule(this::ring, Math.max(0, next.at - nanoTime()), TimeUnit.NANOSECONDS));
    }

    private void ring() {
        lock.lock();
        try {
            alarm = Optional.empty();
        } finally {
            lock.unlock();
        }
        try {
            runDue(nanoTime());
        } catch (RuntimeException e) {
            LOG.error("a task of the simulator failed", e);
        }
        lock.lock();
        try {
            setAlarm();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves time forward and runs what falls due, that included which is scheduled meanwhile. Returns when
     * all of it has run.
     *
     * <p>On a running clock time jumps at once; on a frozen one it goes from task to task.
     *
     * @throws IllegalArgumentException if the span is negative
     */
    public void advance(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("time does not run backwards: " + span);
        }
        onLoop(() -> move(span.toNanos()));
    }

    /**
     * Moves a frozen clock to its next task and runs what is due then.
     *
     * @return whether there was one
     */
    public boolean advanceToNext() {
        List<Duration> due = due();
        if (!due.isEmpty()) {
            advance(due.get(0));
        }
        return !due.isEmpty();
    }

    /** How long until each waiting task is due, soonest first. */
    public List<Duration> due() {
        lock.lock();
        try {
            long now = nanoTime();
            return tasks.stream()
                    .sorted(BY_TIME)
                    .map(task -> Duration.ofNanos(Math.max(0, task.at - now)))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits in real time until a task is scheduled that falls due within a span from now.
     *
     * @throws AssertionError if there is none in time
     */
    public void awaitDue(Duration span, Duration timeout) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (tasks.isEmpty() || tasks.peek().at - nanoTime() > span.toNanos()) {
                if (left <= 0) {
                    throw new AssertionError("nothing was scheduled to happen within " + span + "; there is " + due());
                }
                left = scheduled.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for a task", e);
        } finally {
            lock.unlock();
        }
    }

    private void onLoop(Runnable action) {
        if (loop.inEventLoop()) {
            action.run();
            return;
        }
        Future<?> done = loop.submit(action).awaitUninterruptibly();
        if (done.cause() instanceof RuntimeException failure) {
            throw failure;
        }
    }

    private void move(long nanos) {
        long target;
        lock.lock();
        try {
            target = nanoTime() + nanos;
            if (!frozen) {
                moved += nanos;
            }
        } finally {
            lock.unlock();
        }
        runDue(target);
        lock.lock();
        try {
            if (frozen) {
                moved = Math.max(moved, target);
            }
            setAlarm();
        } finally {
            lock.unlock();
        }
    }

    private void runDue(long target) {
        List<RuntimeException> failures = new ArrayList<>();
        for (Optional<Task> task = take(target); task.isPresent(); task = take(target)) {
            try {
                task.get().work().run();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    private Optional<Task> take(long target) {
        lock.lock();
        try {
            Task next = tasks.peek();
            if (next == null || next.at > target) {
                return Optional.empty();
            }
            tasks.remove();
            if (frozen) {
                moved = Math.max(moved, next.at);
            }
            return Optional.of(next);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "SimulatorClock[" + elapsed() + (frozen ? ", frozen" : "") + "]";
    }
}
