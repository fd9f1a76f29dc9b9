package dev.antiphon.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.antiphon.testkit.InMemoryTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What the report says of the time of a run, and the limit that a run can be given. */
class ConformanceReportTest {
    private static final Duration TOOK = Duration.ofSeconds(31);

    @TempDir
    Path folder;

    @Test
    void time_in_which_the_machine_was_crowded_does_not_count() {
        assertThatCode(() -> ConformanceReport.within(30, TOOK, Duration.ofSeconds(2)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> ConformanceReport.within(30, TOOK, Duration.ofMillis(500)))
                .isInstanceOf(AssertionError.class)
                .hasMessage("the rules took 31.00 s, 0.50 s of which the machine was crowded; allowed are 30.0 s");
    }

    @Test
    void crowding_is_read_as_linux_writes_it() {
        String pressure = "some avg10=93.95 avg60=89.22 avg300=90.28 total=11016393936\n"
                + "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n";

        assertThat(Crowding.in(pressure)).contains(Duration.ofNanos(11_016_393_936_000L));
        assertThat(Crowding.in("")).isEmpty();
    }

    @Test
    void run_says_how_long_it_took_and_passes_within_its_limit() throws Exception {
        assertThat(failuresWithin("1000")).isEmpty();

        assertThat(Files.readString(folder.resolve("OneOfOurs.md")))
                .containsPattern("1 rules hold, 0 are broken, .* It took \\d+\\.\\d\\d s")
                .contains(" on Java " + System.getProperty("java.version") + ".");
    }

    @Test
    void run_that_takes_longer_fails() {
        Assumptions.assumeTrue(Crowding.soFar().isPresent(), "this system does not count crowding");

        assertThat(failuresWithin("-1"))
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageStartingWith("the rules took "));
    }

    /** Failures of a run of one rule that may take so many seconds. */
    private List<Throwable> failuresWithin(String seconds) {
        List<Throwable> failures = new ArrayList<>();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectMethod(OneOfOurs.class, "a_start_ends_in_one_standing_socket"))
                                .configurationParameter(ConformanceReport.FOLDER_PROPERTY, folder.toString())
                                .configurationParameter(ConformanceReport.LIMIT_PROPERTY, seconds)
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                result.getThrowable().ifPresent(failures::add);
                            }
                        });
        return failures;
    }

    /** Run by the tests above alone. */
    static class OneOfOurs extends RealtimeTransportContract {
        @Override
        protected Set<Capability> capabilities() {
            return EnumSet.of(Capability.DIRECT, Capability.SHARED_THREADS);
        }

        @Override
        protected ContractSubject subject() {
            InMemoryTransport transport = InMemoryTransport.create();
            return new ContractSubject(transport, new InMemoryPeer(transport.server()));
        }
    }
}
