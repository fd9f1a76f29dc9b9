package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JoinGateTest {
    private final List<String> admitted = new ArrayList<>();
    private final JoinGate gate = new JoinGate(2);

    @Test
    void joins_beyond_the_bound_wait_in_order() {
        JoinGate.Place first = enter("first");
        enter("second");
        enter("third");
        enter("fourth");

        assertThat(admitted).containsExactly("first", "second");

        first.leave();

        assertThat(admitted).containsExactly("first", "second", "third");
    }

    @Test
    void place_that_was_left_while_waiting_is_skipped() {
        JoinGate.Place first = enter("first");
        enter("second");
        JoinGate.Place third = enter("third");
        enter("fourth");

        third.leave();
        first.leave();

        assertThat(admitted).containsExactly("first", "second", "fourth");
    }

    @Test
    void leaving_twice_frees_one_place() {
        JoinGate.Place first = enter("first");
        enter("second");
        enter("third");
        enter("fourth");

        first.leave();
        first.leave();

        assertThat(admitted).containsExactly("first", "second", "third");
    }

    @Test
    void bound_holds_and_nobody_is_forgotten_from_many_threads() throws InterruptedException {
        int joins = 2_000;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(joins);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < joins; i++) {
                threads.execute(() -> {
                    JoinGate.Place[] place = new JoinGate.Place[1];
                    CountDownLatch known = new CountDownLatch(1);
                    place[0] = gate.enter(threads, () -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        await(known);
                        inside.decrementAndGet();
                        place[0].leave();
                        done.countDown();
                    });
                    known.countDown();
                });
            }

            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(most).hasValueBetween(1, 2);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private JoinGate.Place enter(String name) {
        return gate.enter(Runnable::run, () -> admitted.add(name));
    }
}
