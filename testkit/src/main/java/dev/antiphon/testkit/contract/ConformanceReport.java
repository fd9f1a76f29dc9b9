package dev.antiphon.testkit.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes what a run of the contract showed: one Markdown file for each contract class, with every rule
 * and whether it held. The folder is {@code target/conformance}, or {@code build/conformance} in a
 * Gradle project, or the one that the system property {@code antiphon.conformance.dir} names.
 */
public final class ConformanceReport implements TestWatcher, AfterAllCallback {
    /** Names the folder that reports are written to. */
    public static final String FOLDER_PROPERTY = "antiphon.conformance.dir";

    private record Result(String verdict, String remark) {}

    private final Map<Class<?>, Map<Rule, Result>> results = new ConcurrentHashMap<>();

    /** Made by JUnit. */
    public ConformanceReport() {}

    @Override
    public void testSuccessful(ExtensionContext context) {
        record(context, new Result("holds", ""));
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        record(context, new Result("not applicable", oneLine(cause == null ? "" : String.valueOf(cause.getMessage()))));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        record(context, new Result("switched off", oneLine(reason.orElse(""))));
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        record(context, new Result("**broken**", oneLine(cause == null ? "" : String.valueOf(cause.getMessage()))));
    }

    private void record(ExtensionContext context, Result result) {
        Proves proves = context.getTestMethod()
                .map(method -> method.getAnnotation(Proves.class))
                .orElse(null);
        if (proves != null) {
            Map<Rule, Result> ofClass =
                    results.computeIfAbsent(context.getRequiredTestClass(), type -> new EnumMap<>(Rule.class));
            synchronized (ofClass) {
                ofClass.put(proves.value(), result);
            }
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Map<Rule, Result> ofClass = results.remove(context.getRequiredTestClass());
        if (ofClass != null) {
            Path folder = folder();
            Path file = folder.resolve(context.getRequiredTestClass().getSimpleName() + ".md");
            try {
                Files.createDirectories(folder);
                Files.writeString(file, render(context.getDisplayName(), ofClass), StandardCharsets.UTF_8);
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot write the conformance report " + file, failure);
            }
        }
    }

    private static Path folder() {
        String named = System.getProperty(FOLDER_PROPERTY);
        if (named != null) {
            return Path.of(named);
        }
        boolean gradle = Files.isDirectory(Path.of("build")) && !Files.isDirectory(Path.of("target"));
        return Path.of(gradle ? "build" : "target", "conformance");
    }

    private static String render(String subject, Map<Rule, Result> results) {
        StringBuilder text = new StringBuilder("# Conformance of " + subject + "\n\n");
        long holding = results.values().stream()
                .filter(result -> result.verdict().equals("holds"))
                .count();
        long broken = results.values().stream()
                .filter(result -> result.verdict().contains("broken"))
                .count();
        text.append(holding + " rules hold, " + broken + " are broken, " + (results.size() - holding - broken)
                + " do not apply or are switched off.\n");
        RuleGroup group = null;
        for (Map.Entry<Rule, Result> entry : results.entrySet()) {
            Rule rule = entry.getKey();
            if (rule.group() != group) {
                group = rule.group();
                text.append("\n## " + group.title() + "\n\n| Rule | | Result | Remark |\n|---|---|---|---|\n");
            }
            Result result = entry.getValue();
            text.append("| " + rule.id() + " | " + rule.sentence() + " | " + result.verdict() + " | " + result.remark()
                    + " |\n");
        }
        return text.toString();
    }

    /** The first lines of a message as one table cell. */
    private static String oneLine(String message) {
        String line = message.replaceAll("\\s+", " ").replace("|", "\\|");
        return line.length() <= 300 ? line : line.substring(0, 300) + " …";
    }
}
