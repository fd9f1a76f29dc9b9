package dev.antiphon.testkit;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The threads that were alive at one moment, to find those that came later and stayed. Threads of the
 * JVM, of JUnit and of the build are not counted, nor those that all conversations of a JVM share
 * ({@code antiphon-shared-…} and those of listeners, stages and time), nor the once-only rehearsal of media and
 * Netty's global thread, which end by themselves.
 */
public final class ThreadCensus {
    private static final Pattern OF_OTHERS = Pattern.compile(
            "ForkJoinPool\\.commonPool-.*"
                    + "|CompletableFutureDelayScheduler|Common-Cleaner|process reaper.*|Attach Listener|Signal Dispatcher"
                    + "|Finalizer|Reference Handler|Notification Thread|JFR .*|junit-.*|surefire-.*|.*[Cc]ompiler.*"
                    + "|globalEventExecutor-.*|ObjectCleanerThread|contract-caller"
                    + "|antiphon-(listener|stage|shared)-.*|antiphon-timer|antiphon-media-rehearsal|ForkJoinPool-1-worker-.*|VirtualThread-.*");

    private final Set<Thread> before;

    private ThreadCensus(Set<Thread> before) {
        this.before = before;
    }

    /** Counts the threads that live now. */
    public static ThreadCensus now() {
        return new ThreadCensus(new HashSet<>(living()));
    }

    /** Threads that came after this census and still live. */
    public List<Thread> newcomers() {
        return living().stream().filter(this::isNewcomer).toList();
    }

    /** Whether this thread came after this census, and is none of those that are not counted. */
    public boolean isNewcomer(Thread thread) {
        return !before.contains(thread)
                && !thread.getClass().getName().startsWith("org.junit.")
                && !OF_OTHERS.matcher(thread.getName()).matches();
    }

    /**
     * Waits until all newcomers but the tolerated ones have ended.
     *
     * @return those that have not ended inside the limit
     */
    public List<Thread> awaitGone(Duration limit, Predicate<Thread> tolerated) {
        var unused = new Patience(limit).until(() -> newcomers().stream().allMatch(tolerated));
        return newcomers().stream().filter(tolerated.negate()).toList();
    }

    /**
     * Name, group, state and innermost frames of a thread, for a failure text: what it does now. Where it was
     * started a JVM does not keep.
     */
    public static String describe(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        StringBuilder text = new StringBuilder("\"" + thread.getName() + "\" "
                + (group == null ? "" : "of group \"" + group.getName() + "\", ") + thread.getState());
        for (StackTraceElement frame :
                Arrays.stream(thread.getStackTrace()).limit(6).toList()) {
            text.append("\n      at ").append(frame);
        }
        return text.toString();
    }

    private static List<Thread> living() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .toList();
    }
}
