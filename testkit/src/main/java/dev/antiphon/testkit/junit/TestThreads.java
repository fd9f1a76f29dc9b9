package dev.antiphon.testkit.junit;

import dev.antiphon.testkit.Patience;
import dev.antiphon.testkit.ThreadCensus;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The threads that began while one test ran, and the other tests that ran beside it. Nothing in a JVM tells
 * which test started a thread: one that began while several of them ran is counted by the last of these to
 * end. So no test waits for another one, and nothing that is left behind goes unseen.
 */
final class TestThreads {
    /** All tests that run now. Guards itself and what changes in each of them. */
    private static final Set<TestThreads> RUNNING = new HashSet<>();

    private final String test;
    private final ThreadCensus census = ThreadCensus.now();
    private final Set<String> predecessors = new TreeSet<>(); // tests that left threads to this one
    private int inheritances;
    private final Set<Thread> pardoned = new HashSet<>(); // by tests that may have started them

    private TestThreads(String test) {
        this.test = test;
    }

    /** Begins to count. {@link #leave} must follow. */
    static TestThreads of(String test) {
        synchronized (RUNNING) {
            TestThreads threads = new TestThreads(test);
            RUNNING.add(threads);
            return threads;
        }
    }

    /** Waits until all threads that can only be this test's have ended; what is left, if anything is. */
    Optional<AssertionError> leave(Duration limit, Predicate<Thread> tolerated) {
        Patience patience = new Patience(limit);
        int known;
        do {
            known = inheritances();
            if (patience.until(() -> leave(tolerated, false).isEmpty())) {
                return Optional.empty();
            }
            // Whoever ended meanwhile may have left a thread that is about to end.
        } while (known != inheritances());
        List<Thread> left = leave(tolerated, true);
        return left.isEmpty() ? Optional.empty() : Optional.of(leak(left));
    }

    private int inheritances() {
        synchronized (RUNNING) {
            return inheritances;
        }
    }

    /** Leaves if nothing is left or it must; answers what is left. */
    private List<Thread> leave(Predicate<Thread> tolerated, boolean atAnyRate) {
        synchronized (RUNNING) {
            List<Thread> mine = census.newcomers();
            List<Thread> left = mine.stream()
                    .filter(tolerated.or(pardoned::contains).negate())
                    .filter(thread -> RUNNING.stream().noneMatch(other -> other != this && other.counts(thread)))
                    .toList();
            if (left.isEmpty() || atAnyRate) {
                RUNNING.remove(this);
                RUNNING.forEach(other -> other.succeed(this, mine, tolerated));
            }
            return left;
        }
    }

    private boolean counts(Thread thread) {
        return census.isNewcomer(thread);
    }

    private void succeed(TestThreads ended, List<Thread> threads, Predicate<Thread> tolerated) {
        for (Thread thread : threads) {
            if (counts(thread)) {
                inheritances++;
                predecessors.add(ended.test);
                if (tolerated.test(thread)) {
                    pardoned.add(thread);
                }
            }
        }
    }

    private AssertionError leak(List<Thread> left) {
        String whose;
        synchronized (RUNNING) {
            whose = predecessors.isEmpty()
                    ? ""
                    : "\nby " + test + " or by a test that ran beside it: " + String.join(", ", predecessors);
        }
        return new AssertionError("left running: "
                + String.join("\n  ", left.stream().map(ThreadCensus::describe).toList()) + whose);
    }
}
