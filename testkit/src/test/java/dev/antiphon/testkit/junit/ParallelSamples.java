package dev.antiphon.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Tests that run beside each other; each class is run once, by {@link RealtimeExtensionTest} alone. */
final class ParallelSamples {
    private ParallelSamples() {}

    /** Tests that all begin before the first goes on, and end in an order of their own. */
    private static final class Course {
        private static final int SECONDS = 10;

        private final CyclicBarrier begun;
        private final Map<String, CountDownLatch> ended = new ConcurrentHashMap<>();

        Course(int tests) {
            begun = new CyclicBarrier(tests);
        }

        void awaitAll() throws Exception {
            begun.await(SECONDS, TimeUnit.SECONDS);
        }

        /** The test has ended, and all that is checked after it. */
        void end(String test) {
            latch(test).countDown();
        }

        void awaitEnd(String test) throws InterruptedException {
            assertThat(latch(test).await(SECONDS, TimeUnit.SECONDS))
                    .as("end of " + test)
                    .isTrue();
        }

        private CountDownLatch latch(String test) {
            return ended.computeIfAbsent(test, name -> new CountDownLatch(1));
        }
    }

    private static AfterEachCallback endsIn(Course course) {
        return context -> course.end(context.getRequiredTestMethod().getName());
    }

    private static void leaveAThread(String name) {
        Thread thread = new Thread(() -> LockSupport.parkNanos(3_000_000_000L), name);
        thread.setDaemon(true);
        thread.start();
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class EndOneAfterTheOther {
        private static final Course COURSE = new Course(4);

        @RegisterExtension
        @Order(0)
        final AfterEachCallback last = endsIn(COURSE);

        @RegisterExtension
        @Order(1)
        final RealtimeExtension realtime = new RealtimeExtension().patience(Duration.ofSeconds(1));

        @RegisterExtension
        @Order(2)
        final BeforeEachCallback together = context -> COURSE.awaitAll();

        @Test
        void first(RealtimeSimulator simulator) throws Exception {
            COURSE.awaitAll();
            assertThat(simulator.connections()).isEmpty();
        }

        @Test
        void second(RealtimeSimulator simulator) throws Exception {
            COURSE.awaitAll();
            COURSE.awaitEnd("first");
            assertThat(simulator.connections()).isEmpty();
        }

        @Test
        void third(RealtimeSimulator simulator) throws Exception {
            COURSE.awaitAll();
            COURSE.awaitEnd("second");
            assertThat(simulator.connections()).isEmpty();
        }

        @Test
        void fourth(RealtimeSimulator simulator) throws Exception {
            COURSE.awaitAll();
            COURSE.awaitEnd("third");
            assertThat(simulator.connections()).isEmpty();
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class OneLeavesAThread {
        private static final Course COURSE = new Course(2);

        @RegisterExtension
        @Order(0)
        final AfterEachCallback last = endsIn(COURSE);

        @RegisterExtension
        @Order(1)
        final RealtimeExtension realtime = RealtimeExtension.inMemory().patience(Duration.ofMillis(50));

        @RegisterExtension
        @Order(2)
        final BeforeEachCallback together = context -> COURSE.awaitAll();

        @Test
        void first() {
            leaveAThread("left-beside");
        }

        @Test
        void second() throws Exception {
            COURSE.awaitEnd("first");
        }
    }

    private static final Course UNEQUAL = new Course(2);

    @Execution(ExecutionMode.CONCURRENT)
    static class Lenient {
        @RegisterExtension
        @Order(0)
        final AfterEachCallback last = endsIn(UNEQUAL);

        @RegisterExtension
        @Order(1)
        final RealtimeExtension realtime = RealtimeExtension.inMemory()
                .patience(Duration.ofMillis(50))
                .tolerating(thread -> thread.getName().equals("tolerated-beside"));

        @RegisterExtension
        @Order(2)
        final BeforeEachCallback together = context -> UNEQUAL.awaitAll();

        @Test
        void lenient() {
            leaveAThread("tolerated-beside");
        }
    }

    @Execution(ExecutionMode.CONCURRENT)
    static class Strict {
        @RegisterExtension
        @Order(1)
        final RealtimeExtension realtime = RealtimeExtension.inMemory().patience(Duration.ofMillis(50));

        @RegisterExtension
        @Order(2)
        final BeforeEachCallback together = context -> UNEQUAL.awaitAll();

        @Test
        void strict() throws Exception {
            UNEQUAL.awaitEnd("lenient");
        }
    }
}
