package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The library's threads where the JVM has no virtual ones: few while tasks are short, more while they block. */
class ElasticPoolTest {
    private static final Duration A_LOOK = Duration.ofMillis(5);

    /** The first may still see that the task before was taken. */
    private static final Duration TWO_LOOKS = A_LOOK.multipliedBy(2);

    private final ManualScheduler time = new ManualScheduler();
    private final ElasticPool pool = ElasticPool.growing(LibraryThreads.platformThreads("pool-"), 2, 4, time);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger blocked = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final Set<Thread> holders = ConcurrentHashMap.newKeySet();

    @AfterEach
    void releaseAll() {
        release.countDown();
    }

    /** A task that holds its thread until the test is over; returns once that thread is blocked. */
    private void block() {
        awaitBlocked(blocker(pool, release));
    }

    /** A task that holds its thread until the latch opens. */
    private CompletableFuture<Thread> blocker(ElasticPool held, CountDownLatch until) {
        CompletableFuture<Thread> holder = new CompletableFuture<>();
        held.execute(() -> {
            blocked.incrementAndGet();
            holders.add(Thread.currentThread());
            holder.complete(Thread.currentThread());
            awaitQuietly(until);
            ended.incrementAndGet();
        });
        return holder;
    }

    private static void awaitBlocked(CompletableFuture<Thread> holder) {
        Thread thread = Stand.get(holder);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Stand.PATIENCE_MILLIS);
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).as("the task does not block").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CompletableFuture<String> name() {
        return name(pool);
    }

    private static CompletableFuture<String> name(ElasticPool asked) {
        return CompletableFuture.supplyAsync(() -> Thread.currentThread().getName(), asked);
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
    void tasks_that_come_while_the_only_thread_wakes_up_are_not_forgotten() {
        Thread only = Stand.get(CompletableFuture.supplyAsync(Thread::currentThread, pool));
        awaitBlocked(CompletableFuture.completedFuture(only));
        List<CompletableFuture<Thread>> holding = List.of(blocker(pool, release), blocker(pool, release));
        CompletableFuture<String> behind = name();
        holding.forEach(ElasticPoolTest::awaitBlocked);

        time.advance(TWO_LOOKS);

        assertThat(Stand.get(behind)).isEqualTo("pool-3");
    }

    @Test
    void a_task_behind_ones_that_block_for_a_short_time_each_gets_a_thread_too() {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        awaitBlocked(blocker(pool, first));
        awaitBlocked(blocker(pool, second));
        CompletableFuture<Thread> third = blocker(pool, release);
        CompletableFuture<Thread> fourth = blocker(pool, release);
        CompletableFuture<String> behind = name();

        first.countDown();
        awaitBlocked(third);
        time.advance(A_LOOK);
        second.countDown();
        awaitBlocked(fourth);
        assertThat(behind).isNotDone();
        time.advance(A_LOOK);

        assertThat(Stand.get(behind)).isEqualTo("pool-3");
    }

    @Test
    void what_waits_behind_blocked_tasks_goes_to_the_overflow_and_what_comes_then_at_once() {
        ElasticPool firsts = ElasticPool.withOverflow(
                LibraryThreads.platformThreads("first-"), 2, task -> new Thread(task, "overflow").start(), time);
        awaitBlocked(blocker(firsts, release));
        awaitBlocked(blocker(firsts, release));
        List<CompletableFuture<String>> behind = List.of(name(firsts), name(firsts), name(firsts));
        assertThat(behind).noneMatch(CompletableFuture::isDone);

        time.advance(TWO_LOOKS);

        behind.forEach(each -> assertThat(Stand.get(each)).isEqualTo("overflow"));
        assertThat(Stand.get(name(firsts))).isEqualTo("overflow");
        release.countDown();
        awaitRest();
        assertThat(Stand.get(name(firsts))).isIn("first-1", "first-2");
        assertThat(time.pending()).isZero();
    }

    @Test
    void a_look_before_the_thread_that_was_called_gets_on_sends_nothing_later_to_the_overflow() {
        ElasticPool firsts = ElasticPool.withOverflow(
                LibraryThreads.platformThreads("first-"), 1, task -> new Thread(task, "overflow").start(), time);
        for (int i = 0; i < 100; i++) {
            Thread only = Stand.get(CompletableFuture.supplyAsync(Thread::currentThread, firsts));
            assertThat(only.getName()).isEqualTo("first-1");
            awaitBlocked(CompletableFuture.completedFuture(only));

            List<CompletableFuture<String>> burst = List.of(name(firsts), name(firsts), name(firsts));
            time.advance(TWO_LOOKS);

            burst.forEach(Stand::get);
            awaitBlocked(CompletableFuture.completedFuture(only));
        }
    }

    @Test
    void what_the_overflow_refuses_waits_for_a_thread_that_is_free() {
        ElasticPool firsts = ElasticPool.withOverflow(
                LibraryThreads.platformThreads("first-"),
                2,
                task -> {
                    throw new RejectedExecutionException("on purpose");
                },
                time);
        awaitBlocked(blocker(firsts, release));
        awaitBlocked(blocker(firsts, release));
        CompletableFuture<String> early = name(firsts);
        time.advance(TWO_LOOKS);
        CompletableFuture<String> late = name(firsts);

        release.countDown();

        assertThat(Stand.get(early)).isIn("first-1", "first-2");
        assertThat(Stand.get(late)).isIn("first-1", "first-2");
    }

    @Test
    void a_task_whose_thread_could_not_be_started_gets_one_at_a_look() {
        ThreadFactory usual = LibraryThreads.platformThreads("late-");
        Iterator<ThreadFactory> factories =
                List.<ThreadFactory>of(ElasticPoolTest::unstartable, usual).iterator();
        ElasticPool starved = ElasticPool.growing(work -> factories.next().newThread(work), 1, 2, time);

        CompletableFuture<String> name = name(starved);
        time.advance(A_LOOK);

        assertThat(Stand.get(name)).isEqualTo("late-1");
    }

    private static Thread unstartable(Runnable work) {
        return new Thread(work) {
            @Override
            public synchronized void start() {
                throw new OutOfMemoryError("thrown on purpose");
            }
        };
    }

    @Test
    void that_the_machine_gives_no_threads_is_said_once() {
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        Logger log = (Logger) LoggerFactory.getLogger(ElasticPool.class);
        said.start();
        log.addAppender(said);
        ElasticPool starved = ElasticPool.growing(ElasticPoolTest::unstartable, 1, 2, time);
        try {
            starved.execute(() -> {});
            time.advance(TWO_LOOKS);
            time.advance(TWO_LOOKS);
        } finally {
            log.detachAppender(said);
        }

        assertThat(said.list).hasSize(1);
        assertThat(said.list.get(0).getFormattedMessage()).startsWith("the machine gives no more threads");
    }

    @Test
    void an_interrupt_is_not_left_to_the_next_task() {
        CompletableFuture<Boolean> next = new CompletableFuture<>();
        ElasticPool one = ElasticPool.growing(LibraryThreads.platformThreads("one-"), 1, 1, time);
        one.execute(() -> {
            one.execute(() -> next.complete(Thread.currentThread().isInterrupted()));
            Thread.currentThread().interrupt();
        });

        assertThat(Stand.get(next)).isFalse();
    }

    @Test
    void there_are_never_more_threads_than_allowed_and_what_waits_runs_when_one_is_free() throws Exception {
        for (int i = 0; i < 4; i++) {
            CompletableFuture<Thread> holder = blocker(pool, release);
            time.advance(TWO_LOOKS);
            awaitBlocked(holder);
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
        CompletableFuture<Thread> behind = CompletableFuture.supplyAsync(Thread::currentThread, pool);
        time.advance(TWO_LOOKS);
        holders.add(Stand.get(behind));
        release.countDown();

        Set<String> names = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            awaitRest();
            names.add(Stand.get(name()));
        }

        assertThat(holders).hasSize(3);
        assertThat(names).hasSize(1);
    }

    /** Waits until every thread sleeps. */
    private void awaitRest() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Stand.PATIENCE_MILLIS);
        while (ended.get() < blocked.get()
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
