package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Threads that linger, sleep or are called: whatever they were doing, no task is forgotten. Time stands still. */
class ElasticPoolCallsTest {
    private final ElasticPool pool =
            ElasticPool.growing(LibraryThreads.platformThreads("calls-"), 2, 64, new ManualScheduler());

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    @DisplayName("a task behind one that blocks is run by the other thread")
    void a_task_behind_one_that_blocks_is_run_by_the_other_thread() {
        for (int round = 0; round < 2_000; round++) {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(1);

            pool.execute(() -> {
                if (await(release)) {
                    done.countDown();
                }
            });
            LockSupport.parkNanos(round % 7 * 10_000L);
            pool.execute(release::countDown);

            assertThat(await(done)).as("round %d", round).isTrue();
        }
    }

    @RepeatedTest(5)
    @DisplayName("every task of many threads runs")
    void every_task_of_many_threads_runs() {
        CountDownLatch ran = new CountDownLatch(4 * 5_000);

        for (int i = 0; i < 4; i++) {
            new Thread(() -> {
                        for (int task = 0; task < 5_000; task++) {
                            pool.execute(ran::countDown);
                        }
                    })
                    .start();
        }

        assertThat(await(ran)).isTrue();
    }

    @Test
    @DisplayName("every task runs once, whoever takes it")
    void every_task_runs_once_whoever_takes_it() {
        ElasticPool overflowing = ElasticPool.withOverflow(
                LibraryThreads.platformThreads("calls-"),
                2,
                task -> new Thread(task, "overflow").start(),
                TimerScheduler.shared());
        AtomicIntegerArray runs = new AtomicIntegerArray(4 * 500);
        CountDownLatch ran = new CountDownLatch(runs.length());

        for (int i = 0; i < 4; i++) {
            int first = i * 500;
            new Thread(() -> {
                        for (int task = first; task < first + 500; task++) {
                            int number = task;
                            overflowing.execute(() -> {
                                if (number % 10 == 0) {
                                    LockSupport.parkNanos(3_000_000);
                                }
                                runs.incrementAndGet(number);
                                ran.countDown();
                            });
                        }
                    })
                    .start();
        }

        assertThat(await(ran)).isTrue();
        for (int task = 0; task < runs.length(); task++) {
            assertThat(runs.get(task)).as("task %d", task).isEqualTo(1);
        }
    }
}
