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
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes what a run of the contract showed: one Markdown file for each contract class, with every rule,
 * whether it held and how long that took. The folder is {@code target/conformance}, or {@code
 * build/conformance} in a Gradle project, or the one that the JUnit configuration parameter or system
 * property {@code antiphon.conformance.dir} names.
 */
public final class ConformanceReport implements BeforeEachCallback, TestWatcher, AfterAllCallback {
    /** Names the folder that reports are written to. */
    public static final String FOLDER_PROPERTY = "antiphon.conformance.dir";

    private record Result(String verdict, String remark, Duration took) {}

    private final Map<Class<?>, Map<Rule, Result>> results = new ConcurrentHashMap<>();
    private final Map<Class<?>, Set<Capability>> declared = new ConcurrentHashMap<>();
    private final Map<String, Long> begun = new ConcurrentHashMap<>();

    /** Made by JUnit. */
    public ConformanceReport() {}

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
        Map<Rule, Result> ofClass = results.remove(context.getRequiredTestClass());
        if (ofClass != null) {
            Path folder = folder(context);
            Path file = folder.resolve(context.getRequiredTestClass().getSimpleName() + ".md");
            try {
                Files.createDirectories(folder);
                Files.writeString(
                        file,
                        render(
                                context.getDisplayName(),
                                ofClass,
                                declared.getOrDefault(context.getRequiredTestClass(), Set.of())),
                        StandardCharsets.UTF_8);
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot write the conformance report " + file, failure);
            }
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

    private static String render(String subject, Map<Rule, Result> results, Set<Capability> declared) {
        StringBuilder text = new StringBuilder("# Conformance of " + subject + "\n\n");
        long holding = count(results, "holds");
        long broken = count(results, "**broken**");
        Duration took = results.values().stream().map(Result::took).reduce(Duration.ZERO, Duration::plus);
        text.append(holding + " rules hold, " + broken + " are broken, " + (results.size() - holding - broken)
                + " do not apply or are switched off. It took " + seconds(took) + " s on Java "
                + System.getProperty("java.version") + ".\n\nDeclared: "
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
