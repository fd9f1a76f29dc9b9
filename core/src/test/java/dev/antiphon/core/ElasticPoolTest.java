package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The library's threads where the JVM has no virtual ones: few while tasks are short, more while they block. */
class ElasticPoolTest {
    private static final Duration A_LOOK = Duration.ofMillis(5);

    /** The first may still see that the task before was taken. */
    private static final Duration TWO_LOOKS = A_LOOK.multipliedBy(2);

    private final ManualScheduler time = new ManualScheduler();
    private final ElasticPool pool = new ElasticPool("pool-", 2, 4, time);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger blocked = new AtomicInteger();

    @AfterEach
    void releaseAll() {
        release.countDown();
    }

    /** A task that holds its thread until the test is over; returns once it does. */
    private void block() throws Exception {
        CountDownLatch holds = new CountDownLatch(1);
        pool.execute(() -> {
            blocked.incrementAndGet();
            holds.countDown();
            awaitQuietly(release);
        });
        for (long waited = 0; waited < Stand.PATIENCE_MILLIS; waited += 20) {
            if (holds.await(20, TimeUnit.MILLISECONDS)) {
                return;
            }
            time.advance(A_LOOK);
        }
        throw new AssertionError("no thread took the task");
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
    void a_task_that_throws_costs_no_thread() {
        for (int i = 0; i < 10; i++) {
            pool.execute(() -> {
                throw new AssertionError("thrown on purpose");
            });
        }

        assertThat(Stand.get(name())).isIn("pool-1", "pool-2");
    }
}
