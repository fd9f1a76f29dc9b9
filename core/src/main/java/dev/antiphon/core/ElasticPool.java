package dev.antiphon.core;

import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few daemon threads while tasks are short; one more each time a task had to wait because all of
 * them were blocked. Idle threads leave. So a thousand quiet conversations need two threads, and
 * listeners that block do not hold others up.
 */
final class ElasticPool implements Executor {
    private static final Logger log = LoggerFactory.getLogger(ElasticPool.class);
    private static final Duration PATIENCE = Duration.ofMillis(5);
    private static final long IDLE_SECONDS = 10;

    private final String threadNames;
    private final int core;
    private final int max;
    private final Scheduler scheduler;
    private final AtomicInteger names = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private int threads;
    private int idle;
    private int lingering;

    /** An idle thread was called and has not looked yet. */
    private boolean called;

    private long taken;
    private boolean watching;

    ElasticPool(String threadNames, int core, int max, Scheduler scheduler) {
        this.threadNames = threadNames;
        this.core = core;
        this.max = max;
        this.scheduler = scheduler;
    }

    @Override
    public void execute(Runnable task) {
        boolean watch;
        lock.lock();
        try {
            queue.addLast(task);
            callOne();
            watch = startWatching();
        } finally {
            lock.unlock();
        }
        if (watch) {
            watch(-1);
        }
    }

    /**
     * Under the lock: gets a thread to look at the queue. One at a time: it calls the next if it leaves
     * something, so that a series of short tasks does not wake everybody.
     */
    private void callOne() {
        if (called || lingering > 0) {
            return;
        }
        if (idle > 0) {
            called = true;
            work.signal();
        } else if (threads < core) {
            addThread();
        }
    }

    /** Under the lock: whether somebody has to look whether the queue moves. */
    private boolean startWatching() {
        if (watching || threads < core || threads >= max || queue.size() <= idle + lingering) {
            return false;
        }
        watching = true;
        return true;
    }

    /** Adds a thread if nothing was taken since the last look although something waits. */
    private void watch(long takenBefore) {
        long seen = takenBefore;
        lock.lock();
        try {
            if (takenBefore >= 0) {
                if (taken == takenBefore && !queue.isEmpty() && threads < max) {
                    addThread();
                }
                watching = !queue.isEmpty() && threads < max;
                if (!watching) {
                    return;
                }
            }
            seen = taken;
        } finally {
            lock.unlock();
        }
        long last = seen;
        scheduler.schedule(PATIENCE, () -> watch(last));
    }

    private void addThread() {
        Thread thread = new Thread(this::work, threadNames + names.incrementAndGet());
        thread.setDaemon(true);
        threads++;
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            // The machine gives no more threads: those that run take the task when they are free.
            threads--;
            log.error("no thread could be started; {} run", threads, e);
        }
    }

    private void work() {
        boolean more = true;
        while (more) {
            more = runNext();
        }
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
        lock.lock();
        try {
            if (queue.isEmpty()) {
                linger();
            }
            if (queue.isEmpty()) {
                awaitWork();
            }
            Runnable task = queue.pollFirst();
            if (task == null) {
                threads--;
            } else {
                taken++;
                if (!queue.isEmpty()) {
                    callOne();
                }
            }
            return task;
        } finally {
            lock.unlock();
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

    private void awaitWork() {
        long left = TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
        idle++;
        try {
            while (queue.isEmpty() && left > 0) {
                left = work.awaitNanos(left);
                called = false;
            }
        } catch (InterruptedException e) {
            // Nobody interrupts these threads to stop them; the task that was meant is gone.
            called = false;
        } finally {
            idle--;
        }
    }
}
