package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few daemon threads while tasks are short. The thread that rested last works first, and those that are
 * not needed leave. So a thousand quiet conversations need two threads.
 *
 * <p>Tasks that block do not hold others up. With an overflow, whatever has waited from one look to the next
 * goes there, and what comes then too, until a thread is free again. Without one the pool grows by one
 * thread each time a task had to wait because all of them were blocked.
 */
final class ElasticPool implements Executor {
    private static final Logger log = LoggerFactory.getLogger(ElasticPool.class);
    private static final Duration A_LOOK = Duration.ofMillis(5);

    /**
     * Looks after which a thread is added even where one seems to run: it may wait for its processor, then
     * more threads would only make it worse, or for something that the JVM does not see, a native call.
     */
    private static final int LOOKS_AT_RUNNING = 10;

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ThreadFactory threads;
    private final int core;
    private final int max;
    private final @Nullable Executor overflow;
    private final Scheduler scheduler;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final List<Worker> workers = new ArrayList<>();

    /** Those that rest, who rested last at the end. */
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();

    private int lingering;

    /** One that rested was called and has not looked yet. */
    private boolean called;

    private long taken;
    private boolean watching;

    /** Tasks went to the overflow and no thread has been free since. Written under the lock. */
    private volatile boolean overflowing;

    /** The machine refused a thread when it was last asked for one. */
    private volatile boolean starved;

    private ElasticPool(ThreadFactory threads, int core, int max, @Nullable Executor overflow, Scheduler scheduler) {
        this.threads = threads;
        this.core = core;
        this.max = max;
        this.overflow = overflow;
        this.scheduler = scheduler;
    }

    /** A pool that grows, up to {@code max} threads. */
    static ElasticPool growing(ThreadFactory threads, int core, int max, Scheduler scheduler) {
        return new ElasticPool(threads, core, max, null, scheduler);
    }

    /** A pool that does not grow: what would have to wait is run by the overflow, each task on a thread of its own. */
    static ElasticPool withOverflow(ThreadFactory threads, int core, Executor overflow, Scheduler scheduler) {
        return new ElasticPool(threads, core, core, overflow, scheduler);
    }

    @Override
    public void execute(Runnable task) {
        if (!overflowing || !overflowTakes(task)) {
            enqueue(task);
        }
    }

    private void enqueue(Runnable task) {
        Worker woken;
        Runnable watch;
        lock.lock();
        try {
            queue.addLast(task);
            woken = callOne();
            watch = startWatching();
        } finally {
            lock.unlock();
        }
        goOn(woken, watch);
    }

    private boolean overflowTakes(Runnable task) {
        if (overflow == null) {
            return false;
        }
        try {
            overflow.execute(task);
            if (starved) {
                starved = false;
            }
            return true;
        } catch (RuntimeException | Error e) {
            starve(e);
            return false;
        }
    }

    /** Says so once, not at each look, until there is a thread again. */
    private void starve(Throwable cause) {
        if (!starved) {
            starved = true;
            log.error("the machine gives no more threads; tasks wait for one that is free", cause);
        }
    }

    /**
     * Under the lock: gets a thread to look at the queue; the one returned is to be woken without the lock.
     * One at a time: it calls the next if it leaves something, so that a series of short tasks does not
     * wake everybody.
     */
    private @Nullable Worker callOne() {
        if (called || lingering > 0) {
            return null;
        }
        Worker last = idle.pollLast();
        if (last != null) {
            called = true;
            last.resting = false;
        } else if (workers.size() < core) {
            addThread();
        }
        return last;
    }

    /** What was decided under the lock is done without it. */
    private static void goOn(@Nullable Worker woken, @Nullable Runnable watch) {
        if (woken != null) {
            LockSupport.unpark(woken.thread);
        }
        if (watch != null) {
            watch.run();
        }
    }

    /** Under the lock: what is to be run without it, so that somebody looks whether the queue moves. */
    private @Nullable Runnable startWatching() {
        int free = idle.size() + lingering + (called ? 1 : 0);
        boolean isGettingThreads = workers.size() < core && !starved;
        if (watching || isGettingThreads || !canDoMore() || queue.size() <= free) {
            return null;
        }
        watching = true;
        return nextLook(0);
    }

    private boolean canDoMore() {
        return overflow != null || workers.size() < max;
    }

    /** Under the lock: what schedules the next look, to be run without it. */
    private Runnable nextLook(int looks) {
        long takenSoFar = taken;
        long queuedSoFar = taken + queue.size();
        return () -> scheduler.schedule(A_LOOK, () -> look(takenSoFar, queuedSoFar, looks));
    }

    /**
     * Does something for tasks that waited at the last look too.
     *
     * @param takenBefore how many tasks had been taken by then
     * @param queuedBefore how many had been queued
     * @param looksBefore how many looks in a row had seen none taken
     */
    private void look(long takenBefore, long queuedBefore, int looksBefore) {
        Runnable watch;
        List<Runnable> late = List.of();
        lock.lock();
        try {
            int looks = taken == takenBefore ? looksBefore + 1 : 0;
            if (overflow != null) {
                late = takeQueuedBefore(queuedBefore);
            } else if (taken < queuedBefore && canDoMore()) {
                if (looks >= LOOKS_AT_RUNNING || workers.stream().allMatch(Worker::isBlocked)) {
                    addThread();
                    looks = 0;
                }
            }
            watching = !queue.isEmpty() && canDoMore();
            watch = watching ? nextLook(looks) : null;
        } finally {
            lock.unlock();
        }
        boolean refused = false;
        for (Runnable task : late) {
            refused = refused || !overflowTakes(task);
            if (refused) {
                enqueue(task);
            }
        }
        goOn(null, watch);
    }

    /** Under the lock: takes what waits since the last look for the overflow. */
    private List<Runnable> takeQueuedBefore(long queuedBefore) {
        List<Runnable> late = new ArrayList<>();
        while (taken < queuedBefore) {
            late.add(queue.removeFirst());
            taken++;
        }
        // Only if each thread has a task, for the first that is done with it resets this.
        overflowing |= !late.isEmpty() && idle.isEmpty() && lingering == 0 && !called;
        return late;
    }

    private void addThread() {
        Worker worker = new Worker();
        workers.add(worker);
        try {
            worker.thread.start();
            starved = false;
        } catch (OutOfMemoryError e) {
            // Those that run take the task when they are free; if there is none, a look tries again.
            workers.remove(worker);
            starve(e);
        }
    }

    /** A thread of the pool. */
    private final class Worker implements Runnable {
        private final Thread thread = threads.newThread(this);

        // Guarded by lock.
        private boolean resting;

        /** A task runs here; written by this thread. */
        private volatile boolean busy;

        @Override
        public void run() {
            boolean more = true;
            while (more) {
                more = runNext();
            }
        }

        /** Under the lock: whether its task waits for something. */
        boolean isBlocked() {
            return busy
                    && switch (thread.getState()) {
                        case BLOCKED, WAITING, TIMED_WAITING -> true;
                        default -> false;
                    };
        }

        /** One task, in a frame of its own: a thread that waits for the next one keeps nothing of the last one alive. */
        private boolean runNext() {
            Runnable task = next();
            if (task == null) {
                return false;
            }
            busy = true;
            try {
                task.run();
            } catch (Throwable e) {
                log.error("a task of the library threw", e);
            } finally {
                busy = false;
                // What one task leaves behind is not meant for the next.
                Thread.interrupted();
            }
            return true;
        }

        private @Nullable Runnable next() {
            Worker woken = null;
            Runnable watch = null;
            lock.lock();
            try {
                overflowing = false;
                if (queue.isEmpty()) {
                    linger();
                }
                boolean stays = true;
                while (queue.isEmpty() && stays) {
                    stays = rest();
                }
                Runnable task = queue.pollFirst();
                if (task == null) {
                    workers.remove(this);
                } else {
                    taken++;
                    if (!queue.isEmpty()) {
                        woken = callOne();
                        watch = startWatching();
                    }
                }
                return task;
            } finally {
                lock.unlock();
                goOn(woken, watch);
            }
        }

        /**
         * Under the lock, which is free meanwhile: lets others run before this thread sleeps. On a busy
         * processor whoever queues tasks goes on, and this thread takes them together: two changes of thread
         * for all of them instead of two for each.
         */
        @SuppressWarnings("ThreadPriorityCheck") // nothing but speed depends on what the scheduler makes of it
        private void linger() {
            lingering++;
            lock.unlock();
            try {
                Thread.yield();
            } finally {
                lock.lock();
                lingering--;
            }
        }

        /** Under the lock, which is free meanwhile: sleeps until called; returns false if that took too long. */
        private boolean rest() {
            resting = true;
            idle.addLast(this);
            long until = System.nanoTime() + IDLE_NANOS;
            for (long left = IDLE_NANOS; resting && left > 0; left = until - System.nanoTime()) {
                lock.unlock();
                try {
                    LockSupport.parkNanos(ElasticPool.this, left);
                    // Nobody interrupts these threads to stop them; the task that was meant is gone.
                    Thread.interrupted();
                } finally {
                    lock.lock();
                }
            }
            if (resting) {
                return !idle.remove(this);
            }
            called = false;
            return true;
        }
    }
}
