package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Where application code runs if the application brings no executor. */
class LibraryThreadsTest {
    private static final boolean JVM_HAS_VIRTUAL_THREADS = Runtime.version().feature() >= 21;

    private final Stand stand = new Stand();
    private final CompletableFuture<Thread> thread = new CompletableFuture<>();

    @Test
    void listeners_run_on_virtual_threads_where_the_jvm_has_them() throws Exception {
        stand.start(new ConversationListener() {
            @Override
            public void onStarted(Conversation conversation) {
                thread.complete(Thread.currentThread());
            }
        });

        assertThat(isVirtual(Stand.get(thread))).isEqualTo(JVM_HAS_VIRTUAL_THREADS);
        assertThat(Stand.get(thread).isDaemon()).isTrue();
    }

    @Test
    void what_hangs_on_a_stage_runs_on_virtual_threads_where_the_jvm_has_them() throws Exception {
        Conversation conversation = stand.start();
        var unused = conversation.closed().thenRun(() -> thread.complete(Thread.currentThread()));

        conversation.close();

        assertThat(isVirtual(Stand.get(thread))).isEqualTo(JVM_HAS_VIRTUAL_THREADS);
        assertThat(Stand.get(thread)).isNotSameAs(Thread.currentThread());
    }

    /** Thread.isVirtual, which JDK 17 does not know. */
    private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
        return JVM_HAS_VIRTUAL_THREADS
                && (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
    }
}
