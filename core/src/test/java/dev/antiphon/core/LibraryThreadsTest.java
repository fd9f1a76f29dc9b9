package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Where application code runs if the application brings no executor. */
class LibraryThreadsTest {
    private static final boolean JVM_HAS_VIRTUAL_THREADS = Runtime.version().feature() >= 21;

    private final Stand stand = new Stand();
    private final CompletableFuture<Thread> thread = new CompletableFuture<>();

    @Test
    void listeners_run_on_daemon_threads_of_their_own() throws Exception {
        stand.start(new ConversationListener() {
            @Override
            public void onStarted(Conversation conversation) {
                thread.complete(Thread.currentThread());
            }
        });

        assertThat(Stand.get(thread).getName()).startsWith("antiphon-listener-");
        assertThat(Stand.get(thread).isDaemon()).isTrue();
    }

    @Test
    void what_hangs_on_a_stage_runs_on_threads_that_run_no_listeners() throws Exception {
        Conversation conversation = stand.start();
        var unused = conversation.closed().thenRun(() -> thread.complete(Thread.currentThread()));

        conversation.close();

        assertThat(Stand.get(thread).getName()).startsWith("antiphon-stage-");
        assertThat(Stand.get(thread).isDaemon()).isTrue();
    }

    @Test
    void thousands_of_listeners_may_block_at_once_where_the_jvm_has_virtual_threads() throws Exception {
        assumeTrue(JVM_HAS_VIRTUAL_THREADS, "this JVM has no virtual threads");
        int listeners = 3_000;
        CountDownLatch allWait = new CountDownLatch(listeners);
        CompletableFuture<Void> release = new CompletableFuture<>();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        for (int i = 0; i < listeners; i++) {
            LibraryThreads.listeners().execute(() -> {
                threads.add(Thread.currentThread());
                allWait.countDown();
                release.join();
            });
        }

        try {
            assertThat(allWait.await(Stand.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isTrue();
            assertThat(threads).allMatch(each -> each.getName().startsWith("antiphon-listener-"));
            assertThat(threads.stream().filter(thread -> !isVirtual(thread)))
                    .hasSizeLessThanOrEqualTo(Math.max(2, Runtime.getRuntime().availableProcessors()));
        } finally {
            release.complete(null);
        }
    }

    /** Thread.isVirtual, which JDK 17 does not know. */
    private static boolean isVirtual(Thread thread) {
        try {
            return (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
