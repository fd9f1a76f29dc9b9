package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.ElasticPool.Growth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The library's threads: few while tasks are short, more while they block. */
class ElasticPoolTest {
    private static final Duration A_LOOK = Duration.ofMillis(5);

    /** The first may still see that the task before was taken. */
    private static final Duration TWO_LOOKS = A_LOOK.multipliedBy(2);

    private final ManualScheduler time = new ManualScheduler();
    private final ElasticPool pool = new ElasticPool("pool-", 2, new Growth(ElasticPool::daemon, 4, 1), time);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger blocked = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final List<Thread> holders = new ArrayList<>();

    @AfterEach
    void releaseAll() {
        release.countDown();
    }

    /** A task that holds its thread until the test is over; returns once that thread is blocked. */
    private void block() throws Exception {
        block(pool, release);
    }

    private void block(ElasticPool blockedPool, CountDownLatch until) throws Exception {
        CompletableFuture<Thread> holder = new CompletableFuture<>();
        blockedPool.execute(() -> {
            blocked.incrementAndGet();
            holder.complete(Thread.currentThread());
            awaitQuietly(until);
            ended.incrementAndGet();
        });
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Stand.PATIENCE_MILLIS);
        while (!holder.isDone() || holder.join().getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).as("no thread took the task").isLessThan(deadline);
            time.advance(A_LOOK);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        holders.add(holder.join());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<String> name() {
        return CompletableFuture.supplyAsync(() -> Thread.currentThread().getName(), pool);
    }

    @Test
    void short_tasks_share_the_first_few_threads() {
        Set<String> names = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 200; i++) {
            names.add(Stand.get(name()));
            time.advance(A_LOOK);
        }

        assertThat(names).isNotEmpty().allMatch(name -> name.equals("pool-1") || name.equals("pool-2"));
    }

    @Test
    void a_task_behind_blocked_ones_soon_gets_a_thread_of_its_own() throws Exception {
        block();
        block();
        CompletableFuture<String> behind = name();
        assertThat(behind).isNotDone();

        time.advance(TWO_LOOKS);

        assertThat(Stand.get(behind)).isEqualTo("pool-3");
    }

    @Test
    void a_pool_that_may_grow_at_once_gives_each_task_that_waits_a_thread_of_its_own() throws Exception {
        ElasticPool wide = new ElasticPool("wide-", 2, new Growth(ElasticPool::daemon, 100, 100), time);
        block(wide, release);
        block(wide, release);
        CountDownLatch others = new CountDownLatch(98);
        for (int i = 0; i < 98; i++) {
            wide.execute(() -> {
                others.countDown();
                awaitQuietly(release);
            });
        }

        time.advance(TWO_LOOKS);

        assertThat(others.await(Stand.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    }

    @Test
    void there_are_never_more_threads_than_allowed_and_what_waits_runs_when_one_is_free() throws Exception {
        for (int i = 0; i < 4; i++) {
            block();
        }
        List<CompletableFuture<String>> waiting = new ArrayList<>(List.of(name(), name()));
        time.advance(A_LOOK.multipliedBy(10));

        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        assertThat(blocked).hasValue(4);
        release.countDown();

        waiting.forEach(each -> assertThat(Stand.get(each)).isIn("pool-1", "pool-2", "pool-3", "pool-4"));
    }

    @Test
    void nobody_looks_at_a_queue_that_is_empty() throws Exception {
        block();
        block();
        CompletableFuture<String> behind = name();
        time.advance(TWO_LOOKS);
        Stand.get(behind);

        time.advance(A_LOOK.multipliedBy(4));

        assertThat(time.pending()).isZero();
    }

    @Test
    void a_thread_that_runs_is_given_more_time_than_one_that_is_blocked() throws Exception {
        block();
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch spins = new CountDownLatch(1);
        pool.execute(() -> {
            spins.countDown();
            while (!over.get()) {
                Thread.onSpinWait();
            }
        });
        spins.await();
        CompletableFuture<String> behind = name();

        time.advance(A_LOOK.multipliedBy(9));
        assertThat(behind).isNotDone();
        time.advance(TWO_LOOKS);

        assertThat(Stand.get(behind)).isEqualTo("pool-3");
        over.set(true);
    }

    @Test
    void the_thread_that_rested_last_works_first_and_the_others_get_nothing_to_do() throws Exception {
        block();
        block();
        release.countDown();

        assertThat(namesOfFiftyTasks()).hasSize(1);
        assertThat(holders).hasSize(2);
    }

    @Test
    void threads_that_were_added_for_a_crowd_get_nothing_to_do_after_it() throws Exception {
        block();
        block();
        CountDownLatch lastRelease = new CountDownLatch(1);
        block(pool, lastRelease);
        release.countDown();
        awaitRest(2);
        lastRelease.countDown();

        assertThat(namesOfFiftyTasks()).doesNotContain("pool-3");
        assertThat(holders).hasSize(3);
    }

    /** Who runs fifty tasks, each of which comes when all threads sleep. */
    private Set<String> namesOfFiftyTasks() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            awaitRest(blocked.get());
            names.add(Stand.get(name()));
        }
        return names;
    }

    /** Waits until so many blocked tasks have ended and every thread sleeps. */
    private void awaitRest(int tasksEnded) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Stand.PATIENCE_MILLIS);
        while (ended.get() < tasksEnded
                || holders.stream().anyMatch(thread -> thread.getState() != Thread.State.TIMED_WAITING)) {
            assertThat(System.nanoTime()).as("a thread does not rest").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void a_task_that_throws_costs_no_thread() {
        for (int i = 0; i < 10; i++) {
            pool.execute(() -> {
                throw new AssertionError("thrown on purpose");
            });
        }

        assertThat(Stand.get(name())).isIn("pool-1", "pool-2");
    }
}
