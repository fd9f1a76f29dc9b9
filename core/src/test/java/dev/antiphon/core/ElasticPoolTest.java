package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The threads of listeners and stages before virtual ones: nothing waits behind a task that blocks. */
class ElasticPoolTest {
    private final ElasticPool pool = new ElasticPool("elastic-pool-test-", 2, 64, TimerScheduler.shared());

    private static void await(CountDownLatch latch) {
        boolean came = false;
        try {
            came = latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(came).isTrue();
    }

    @Test
    @DisplayName("a task behind one that blocks is run by another thread, whatever the threads were doing")
    void a_task_behind_one_that_blocks_is_run_by_another_thread() {
        for (int round = 0; round < 2_000; round++) {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(1);

            pool.execute(() -> {
                await(release);
                done.countDown();
            });
            LockSupport.parkNanos(round % 7 * 10_000L);
            pool.execute(release::countDown);

            await(done);
        }
    }

    @Test
    @DisplayName("more tasks block than there are threads: more threads come, and the last one lets all go")
    void threads_come_while_tasks_block() {
        CountDownLatch all = new CountDownLatch(32);

        for (int i = 0; i < 32; i++) {
            pool.execute(() -> {
                all.countDown();
                await(all);
            });
        }

        await(all);
    }

    @Test
    @DisplayName("every task of many threads runs")
    void every_task_of_many_threads_runs() throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(4 * 5_000);
        List<Thread> threads = new ArrayList<>();

        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                for (int task = 0; task < 5_000; task++) {
                    pool.execute(ran::countDown);
                }
            });
            threads.add(thread);
            thread.start();
        }

        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        }
        await(ran);
    }
}
