package dev.antiphon.testkit.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes what a run of the contract showed: one Markdown file for each contract class, with every rule,
 * whether it held and how long that took. The folder is {@code target/conformance}, or {@code
 * build/conformance} in a Gradle project, or the one that the JUnit configuration parameter or system
 * property {@code antiphon.conformance.dir} names.
 *
 * <p>A run may be given a limit of time, see {@link #LIMIT_PROPERTY}.
 */
public final class ConformanceReport implements BeforeAllCallback, BeforeEachCallback, TestWatcher, AfterAllCallback {
    /** Names the folder that reports are written to. */
    public static final String FOLDER_PROPERTY = "antiphon.conformance.dir";

    /**
     * How many seconds the rules may take together; a JUnit configuration parameter or system property too. A run
     * that takes longer fails. Time during which anything on the machine waited for a processor does not count,
     * so that a busy machine fails nobody; where the system does not tell that time, nothing is checked.
     */
    public static final String LIMIT_PROPERTY = "antiphon.conformance.seconds";

    private record Result(String verdict, String remark, Duration took) {}

    private final Map<Class<?>, Map<Rule, Result>> results = new ConcurrentHashMap<>();
    private final Map<Class<?>, Set<Capability>> declared = new ConcurrentHashMap<>();
    private final Map<Class<?>, Duration> crowdedBefore = new ConcurrentHashMap<>();
    private final Map<String, Long> begun = new ConcurrentHashMap<>();

    /** Made by JUnit. */
    public ConformanceReport() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        Crowding.soFar().ifPresent(crowded -> crowdedBefore.put(context.getRequiredTestClass(), crowded));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        begun.put(context.getUniqueId(), System.nanoTime());
        if (context.getRequiredTestInstance() instanceof RealtimeTransportContract contract) {
            declared.put(context.getRequiredTestClass(), contract.capabilities());
        }
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        record(context, "holds", "");
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        record(context, "not applicable", cause == null ? "" : String.valueOf(cause.getMessage()));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        record(context, "switched off", reason.orElse(""));
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        record(context, "**broken**", cause == null ? "" : String.valueOf(cause.getMessage()));
    }

    private void record(ExtensionContext context, String verdict, String remark) {
        Long start = begun.remove(context.getUniqueId());
        Duration took = start == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - start);
        Proves proves = context.getTestMethod()
                .map(method -> method.getAnnotation(Proves.class))
                .orElse(null);
        if (proves != null) {
            Map<Rule, Result> ofClass =
                    results.computeIfAbsent(context.getRequiredTestClass(), type -> new EnumMap<>(Rule.class));
            synchronized (ofClass) {
                ofClass.put(proves.value(), new Result(verdict, oneLine(remark), took));
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Class<?> contract = context.getRequiredTestClass();
        Duration before = crowdedBefore.remove(contract);
        Map<Rule, Result> ofClass = results.remove(contract);
        if (ofClass == null) {
            return;
        }
        Duration took = ofClass.values().stream().map(Result::took).reduce(Duration.ZERO, Duration::plus);
        Optional<Duration> crowded =
                before == null ? Optional.empty() : Crowding.soFar().map(now -> least(took, now.minus(before)));
        Path folder = folder(context);
        Path file = folder.resolve(contract.getSimpleName() + ".md");
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    file,
                    render(
                            context.getDisplayName(),
                            ofClass,
                            time(took, crowded),
                            declared.getOrDefault(contract, Set.of())),
                    StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write the conformance report " + file, failure);
        }
        context.getConfigurationParameter(LIMIT_PROPERTY, Double::valueOf)
                .ifPresent(limit -> crowded.ifPresent(notOurs -> within(limit, took, notOurs)));
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static String time(Duration took, Optional<Duration> crowded) {
        return "It took " + seconds(took) + " s"
                + crowded.map(time -> ", for " + seconds(time)
                                + " s of which something on the machine waited for a processor,")
                        .orElse("")
                + " on Java " + System.getProperty("java.version") + ".";
    }

    static void within(double limit, Duration took, Duration crowded) {
        double counts = took.minus(crowded).toNanos() / 1e9;
        if (counts > limit) {
            throw new AssertionError("the rules took " + seconds(took) + " s, " + seconds(crowded)
                    + " s of which the machine was crowded; allowed are " + limit + " s");
        }
    }

    private static Path folder(ExtensionContext context) {
        Optional<String> named = context.getConfigurationParameter(FOLDER_PROPERTY);
        if (named.isPresent()) {
            return Path.of(named.get());
        }
        boolean gradle = Files.isDirectory(Path.of("build")) && !Files.isDirectory(Path.of("target"));
        return Path.of(gradle ? "build" : "target", "conformance");
    }

    private static String render(String subject, Map<Rule, Result> results, String time, Set<Capability> declared) {
        StringBuilder text = new StringBuilder("# Conformance of " + subject + "\n\n");
        long holding = count(results, "holds");
        long broken = count(results, "**broken**");
        text.append(holding + " rules hold, " + broken + " are broken, " + (results.size() - holding - broken)
                + " do not apply or are switched off. " + time + "\n\nDeclared: "
                + declared.stream().sorted().map(Enum::name).collect(Collectors.joining(", ", "", ".\n")));
        RuleGroup group = null;
        for (Map.Entry<Rule, Result> entry : results.entrySet()) {
            Rule rule = entry.getKey();
            if (rule.group() != group) {
                group = rule.group();
                text.append("\n## " + group.title()
                        + "\n\n| Rule | | Result | Seconds | Remark |\n|---|---|---|--:|---|\n");
            }
            Result result = entry.getValue();
            text.append("| " + rule.id() + " | " + rule.sentence() + " | " + result.verdict() + " | "
                    + seconds(result.took()) + " | " + result.remark() + " |\n");
        }
        return text.toString();
    }

    private static long count(Map<Rule, Result> results, String verdict) {
        return results.values().stream()
                .filter(result -> result.verdict().equals(verdict))
                .count();
    }

    private static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.2f", took.toNanos() / 1e9);
    }

    /** The first lines of a message as one table cell. */
    private static String oneLine(String message) {
        String line = message.replaceAll("\\s+", " ").replace("|", "\\|");
        return line.length() <= 300 ? line : line.substring(0, 300) + " …";
    }
}
