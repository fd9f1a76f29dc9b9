package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.ITestResult;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

/** The {@code Flow.Publisher} view of a conversation under the Reactive Streams TCK 1.0.4, flow variant. */
@Timeout(180)
class EventsPublisherTckTest {
    private static final int MANDATORY_RULES = 21;

    @Test
    void the_publisher_passes_the_reactive_streams_tck() {
        TestListenerAdapter results = new TestListenerAdapter();
        TestNG testng = new TestNG(false);
        testng.setVerbose(0);
        testng.setTestClasses(new Class<?>[] {Verification.class});
        testng.addListener(results);

        testng.run();

        assertThat(results.getFailedTests())
                .extracting(EventsPublisherTckTest::described)
                .isEmpty();
        assertThat(results.getConfigurationFailures()).isEmpty();
        assertThat(names(results.getPassedTests()))
                .filteredOn(name -> name.startsWith("required_"))
                .hasSizeGreaterThanOrEqualTo(MANDATORY_RULES);
        // The one required rule that the TCK skips for a publisher of a bounded number of elements.
        assertThat(names(results.getSkippedTests()))
                .filteredOn(name -> name.startsWith("required_"))
                .containsOnly("required_spec317_mustNotSignalOnErrorWhenPendingAboveLongMaxValue");
    }

    private static List<String> names(List<ITestResult> results) {
        return results.stream().map(ITestResult::getName).toList();
    }

    private static String described(ITestResult result) {
        return result.getName() + ": " + result.getThrowable();
    }

    /** Conversations whose events were all sent before somebody subscribed. */
    public static final class Verification extends FlowPublisherVerification<ServerEvent> {
        private static final long EXPECT_MILLIS = 5_000;
        private static final long QUIET_MILLIS = 50;
        private static final long POLL_MILLIS = 10;
        private static final long MAX_EVENTS = 2_000;

        public Verification() {
            super(new TestEnvironment(EXPECT_MILLIS, QUIET_MILLIS, POLL_MILLIS), EXPECT_MILLIS);
        }

        @Override
        public long maxElementsFromPublisher() {
            return MAX_EVENTS;
        }

        @Override
        public Flow.Publisher<ServerEvent> createFlowPublisher(long elements) {
            Stand stand = new Stand(ConversationLimits.DEFAULT.withEvents((int) MAX_EVENTS, Duration.ofHours(1)));
            Conversation conversation = stand.start();
            stand.transport.socket();
            for (long event = 0; event < elements; event++) {
                stand.transport.server().onEvent(Events.unknown("event." + event));
            }
            conversation.close();
            return conversation.events();
        }

        @Override
        public Flow.Publisher<ServerEvent> createFailedFlowPublisher() {
            Stand stand = new Stand();
            Conversation conversation = stand.start();
            stand.transport.server().onClosed(Closure.failed(new TransportException(Fault.CONNECT_FAILED, "refused")));
            return conversation.events();
        }
    }
}
