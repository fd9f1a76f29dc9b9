package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few daemon threads while tasks are short, and more each time a task had to wait because all of
 * them were blocked. The first ones work before those that came later, and of these who rested last;
 * those that are not needed leave. So a thousand quiet conversations need two threads, and listeners that
 * block do not hold others up.
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

    private final String threadNames;
    private final int core;
    private final Growth growth;
    private final Scheduler scheduler;
    private final AtomicInteger names = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final Set<Worker> workers = new HashSet<>();

    /** The first threads that rest, who rested last at the end. */
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();

    /** The later ones, likewise. */
    private final ArrayDeque<Worker> idleLater = new ArrayDeque<>();

    private int lingering;

    /** One that rested was called and has not looked yet. */
    private boolean called;

    private long taken;
    private boolean watching;

    /**
     * The threads beyond the first few.
     *
     * @param threads makes them, not started; they keep no JVM alive
     * @param max how many threads a pool ever has, the first ones among them
     * @param atOnce how many come at most each time that tasks had to wait
     */
    record Growth(ThreadFactory threads, int max, int atOnce) {}

    ElasticPool(String threadNames, int core, Growth growth, Scheduler scheduler) {
        this.threadNames = threadNames;
        this.core = core;
        this.growth = growth;
        this.scheduler = scheduler;
    }

    /** A daemon thread of the platform. */
    static Thread daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void execute(Runnable task) {
        Worker woken;
        boolean watch;
        long takenSoFar;
        lock.lock();
        try {
            queue.addLast(task);
            woken = callOne();
            watch = startWatching();
            takenSoFar = taken;
        } finally {
            lock.unlock();
        }
        wake(woken);
        if (watch) {
            scheduleLook(takenSoFar, 0);
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
        Worker last = (idle.isEmpty() ? idleLater : idle).pollLast();
        if (last != null) {
            called = true;
            last.resting = false;
        } else if (workers.size() < core) {
            addThread(ElasticPool::daemon, false);
        }
        return last;
    }

    private static void wake(@Nullable Worker woken) {
        if (woken != null) {
            LockSupport.unpark(woken.thread);
        }
    }

    /** Under the lock: whether somebody has to look whether the queue moves. */
    private boolean startWatching() {
        int free = idle.size() + idleLater.size() + lingering + (called ? 1 : 0);
        if (watching || workers.size() < core || workers.size() >= growth.max() || queue.size() <= free) {
            return false;
        }
        watching = true;
        return true;
    }

    private void scheduleLook(long takenBefore, int looks) {
        scheduler.schedule(A_LOOK, () -> look(takenBefore, looks));
    }

    /** Adds threads if nothing was taken since the last look although something waits. */
    private void look(long takenBefore, int looksBefore) {
        int looks;
        long seen;
        lock.lock();
        try {
            looks = taken == takenBefore ? looksBefore + 1 : 0;
            if (looks >= LOOKS_AT_RUNNING || (looks > 0 && workers.stream().allMatch(Worker::isBlocked))) {
                grow();
                looks = 0;
            }
            watching = !queue.isEmpty() && workers.size() < growth.max();
            if (!watching) {
                return;
            }
            seen = taken;
        } finally {
            lock.unlock();
        }
        scheduleLook(seen, looks);
    }

    /** Under the lock: a thread for each task that waits, as far as the growth allows. */
    private void grow() {
        int wanted = Math.min(Math.min(queue.size(), growth.atOnce()), growth.max() - workers.size());
        for (int i = 0; i < wanted; i++) {
            addThread(growth.threads(), true);
        }
    }

    private void addThread(ThreadFactory threads, boolean later) {
        Worker worker = new Worker(threads, later, threadNames + names.incrementAndGet());
        workers.add(worker);
        try {
            worker.thread.start();
        } catch (OutOfMemoryError e) {
            // The machine gives no more threads: those that run take the task when they are free.
            workers.remove(worker);
            log.error("no thread could be started; {} run", workers.size(), e);
        }
    }

    /** A thread of the pool. */
    private final class Worker implements Runnable {
        private final Thread thread;
        private final boolean later;

        // Guarded by lock.
        private boolean resting;
        private boolean busy;

        Worker(ThreadFactory threads, boolean later, String name) {
            this.later = later;
            thread = threads.newThread(this);
            thread.setName(name);
        }

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
            try {
                task.run();
            } catch (Throwable e) {
                log.error("a task of the library threw", e);
            }
            return true;
        }

        private @Nullable Runnable next() {
            Worker woken = null;
            lock.lock();
            try {
                busy = false;
                if (queue.isEmpty() && !later) {
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
                    busy = true;
                    if (!queue.isEmpty()) {
                        woken = callOne();
                    }
                }
                return task;
            } finally {
                lock.unlock();
                wake(woken);
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
            ArrayDeque<Worker> bench = later ? idleLater : idle;
            resting = true;
            bench.addLast(this);
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
                return !bench.remove(this);
            }
            called = false;
            return true;
        }
    }
}
