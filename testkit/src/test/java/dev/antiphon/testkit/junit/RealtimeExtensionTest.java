package dev.antiphon.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

@Timeout(60)
class RealtimeExtensionTest {
    /** F56. */
    @Test
    void a_test_that_leaves_a_conversation_open_fails_with_the_place_of_its_start() {
        Throwable failure =
                failuresOf(ExtensionSamples.LeavesAConversation.class).get(0);

        assertThat(failure)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("1 conversation was not closed by the test:")
                .hasMessageContaining("over in-memory, started")
                .hasMessageContaining("LeavesAConversation.forgetful(ExtensionSamples.java:");
    }

    @Test
    void a_test_that_leaves_a_socket_open_fails() {
        Throwable failure = failuresOf(ExtensionSamples.LeavesASocket.class).get(0);

        assertThat(failure)
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("left open: websocket c1 \\(MODEL\\), opened at \\d+ ms by GET /v1/realtime");
    }

    @Test
    void a_socket_that_outlives_its_conversation_is_shown_with_the_place_of_the_start() {
        Throwable failure = failuresOf(ExtensionSamples.LeavesASocketBesideAConversation.class)
                .get(0);

        assertThat(failure)
                .hasMessageContaining("left open: websocket c")
                .hasMessageContaining("conversations were started\n    at ")
                .hasMessageContaining("LeavesASocketBesideAConversation.forgetful(ExtensionSamples.java:");
    }

    @Test
    void a_test_that_leaves_a_thread_fails_with_what_it_does() {
        Throwable failure = failuresOf(ExtensionSamples.LeavesAThread.class).get(0);

        assertThat(failure)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("left running: \"left-behind\" of group \"main\", ")
                .hasMessageContaining("ExtensionSamples");
    }

    @Test
    void a_test_that_leaves_threads_of_the_library_fails_with_each_of_them() {
        Throwable failure =
                failuresOf(ExtensionSamples.LeavesThreadsOfTheLibrary.class).get(0);

        assertThat(ExtensionSamples.LeavesThreadsOfTheLibrary.NAMES)
                .allSatisfy(name -> assertThat(failure).hasMessageContaining("\"" + name + "\""));
    }

    @Test
    void a_test_that_leaves_a_proxy_open_fails_with_the_thread_of_its_pool() {
        Throwable failure = failuresOf(ExtensionSamples.LeavesAProxy.class).get(0);

        Objects.requireNonNull(ExtensionSamples.LeavesAProxy.left).close();
        assertThat(failure).isInstanceOf(AssertionError.class).hasMessageContaining("\"antiphon-fault-proxy-");
    }

    @Test
    void threads_that_all_tests_share_may_stay() {
        assertThat(failuresOf(ExtensionSamples.UsesWhatAllShare.class)).isEmpty();
    }

    @Test
    void the_failure_of_a_test_is_not_hidden_by_what_it_left() {
        Throwable failure =
                failuresOf(ExtensionSamples.FailsBeforeItCloses.class).get(0);

        assertThat(failure).hasMessage("the test's own failure");
    }

    @Test
    void tests_that_close_what_they_open_pass() {
        assertThat(failuresOf(ExtensionSamples.OverASocket.class)).isEmpty();
        assertThat(failuresOf(ExtensionSamples.InMemory.class)).isEmpty();
        assertThat(failuresOf(ExtensionSamples.ByAnnotation.class)).isEmpty();
        assertThat(failuresOf(ExtensionSamples.WithTimeThatStandsStill.class)).isEmpty();
    }

    @Test
    void conversations_without_a_transport_are_explained() {
        Throwable failure = failuresOf(ExtensionSamples.WithoutTransport.class).get(0);

        assertThat(failure)
                .hasMessageContaining("conversations need a transport")
                .hasMessageContaining("direct(…)");
    }

    @Test
    void tests_that_run_beside_each_other_do_not_count_the_threads_of_the_others_nor_wait_for_them() {
        assertThat(failuresOf(ParallelSamples.EndOneAfterTheOther.class)).isEmpty();
    }

    @Test
    void a_thread_left_by_a_parallel_test_fails_the_last_test_that_may_have_left_it() {
        List<Throwable> failures = failuresOf(ParallelSamples.OneLeavesAThread.class);

        assertThat(failures)
                .singleElement()
                .satisfies(failure -> assertThat(failure)
                        .hasMessageContaining("left running: \"left-beside\"")
                        .hasMessageContaining("by OneLeavesAThread second() or by a test that ran beside it:"
                                + " OneLeavesAThread first()"));
    }

    @Test
    void a_thread_that_its_own_parallel_test_tolerates_fails_no_other() {
        assertThat(failuresOf(ParallelSamples.Lenient.class, ParallelSamples.Strict.class))
                .isEmpty();
    }

    /** Runs concurrently what asks for it. */
    private static List<Throwable> failuresOf(Class<?>... tests) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(tests)
                        .map(DiscoverySelectors::selectClass)
                        .toList())
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "6")
                .build();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<String> finished = Collections.synchronizedList(new ArrayList<>());
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest()) {
                    finished.add(test.getDisplayName());
                }
                result.getThrowable().ifPresent(failures::add);
            }
        });
        assertThat(finished).as("tests that ran").isNotEmpty();
        return failures;
    }
}
