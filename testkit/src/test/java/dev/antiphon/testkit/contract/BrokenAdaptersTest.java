package dev.antiphon.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contract catches each mistake, and the message names the rule. */
@Timeout(120)
class BrokenAdaptersTest {
    private static final List<Mistake> MISTAKES = Stream.of(
                    MistakesInCalls.all(), MistakesInWriting.all(), MistakesInStopping.all(), MistakesInLife.all())
            .flatMap(chapter -> chapter)
            .toList();
    private static final Map<Mistake, Throwable> FAILURES = new ConcurrentHashMap<>();

    @TempDir
    static Path reports;

    static List<Mistake> mistakes() {
        return MISTAKES;
    }

    /** Most of a failing rule is waiting, so all mistakes are tried side by side. */
    @BeforeAll
    static void try_them_all() throws InterruptedException {
        ExecutorService triers = Executors.newFixedThreadPool(12);
        MISTAKES.forEach(mistake -> triers.execute(() -> tryOut(mistake)));
        triers.shutdown();
        assertThat(triers.awaitTermination(100, TimeUnit.SECONDS)).isTrue();
    }

    private static void tryOut(Mistake mistake) {
        TamperedTransportContract.TRIED.set(mistake);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(TamperedTransportContract.class, methodOf(mistake.rule())))
                .configurationParameter(
                        ConformanceReport.FOLDER_PROPERTY,
                        reports.resolve(mistake.rule().id()).toString())
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                result.getThrowable().ifPresent(failure -> FAILURES.putIfAbsent(mistake, failure));
            }
        });
        TamperedTransportContract.TRIED.remove();
    }

    private static Method methodOf(Rule rule) {
        return Arrays.stream(RealtimeTransportContract.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Proves.class)
                        && method.getAnnotation(Proves.class).value() == rule)
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest(name = "{0} fails")
    @MethodSource("mistakes")
    void the_rule_is_named(Mistake mistake) {
        Throwable failure = FAILURES.get(mistake);

        assertThat(failure)
                .as("%s passes %s", mistake, mistake.rule())
                .isInstanceOf(RuleViolation.class)
                .hasMessageStartingWith(
                        mistake.rule().id() + " " + mistake.rule().sentence())
                .hasMessageContaining("observed: ");
    }

    @Test
    void the_report_names_the_broken_rule() throws Exception {
        String report = Files.readString(reports.resolve("RT-48").resolve("TamperedTransportContract.md"));

        assertThat(report)
                .contains("0 rules hold, 1 are broken")
                .contains("| RT-48 | a paused connection stops delivering events | **broken** |");
    }

    @Test
    void every_rule_of_the_catalogue_has_one_test() {
        Map<Rule, Long> tests = Arrays.stream(RealtimeTransportContract.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Proves.class))
                .collect(Collectors.groupingBy(
                        method -> method.getAnnotation(Proves.class).value(), Collectors.counting()));

        assertThat(tests.keySet()).containsExactlyInAnyOrder(Rule.values());
        assertThat(tests.values()).containsOnly(1L);
    }
}
