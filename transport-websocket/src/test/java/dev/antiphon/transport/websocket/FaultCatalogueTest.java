package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/faults.md names tests that exist, and every test of a row in the library is named there. */
class FaultCatalogueTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern TEST = Pattern.compile("\\b([A-Z]\\w+(?:IT|Test))\\.(\\w+)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ((?:[FB]\\d\\d(?:, )?)+) \\|(.*)$");
    private static final Pattern NAMED = Pattern.compile(
            "@DisplayName\\(\\s*\"((?:[A-Z]+-?\\d+ )+)[^\"]*\"[^)]*\\)\\s*(?:@\\w+[^\\n]*\\s*)*void (\\w+)\\(");
    private static final Pattern TAG = Pattern.compile("[FB]\\d\\d");

    /** Faults and attacks of a network, a server or an application that concern a client. */
    private static final List<String> ROWS = List.of(
            "F01", "F02", "F04", "F05", "F06", "F07", "F09", "F10", "F12", "F13", "F14", "F16", "F17", "F18", "F19",
            "F20", "F22", "F25", "F26", "F27", "F28", "F29", "F31", "F33", "F34", "F36", "F37", "F38", "F41", "F42",
            "F43", "F44", "F46", "F47", "F49", "F50", "B01", "B02", "B03", "B04", "B05", "B06", "B07", "B09", "B10",
            "B12", "B13", "B14", "B15", "B16", "B19", "B20", "B22");

    private static final Pattern SCRIPT = Pattern.compile("`(\\.ci/[\\w.-]+)`");

    private static String catalogue() throws IOException {
        return Files.readString(ROOT.resolve("docs/faults.md"));
    }

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.find(
                ROOT,
                20,
                (path, attributes) -> path.toString().contains("src/test/java")
                        && !path.startsWith(ROOT.resolve("app"))
                        && (path.toString().endsWith("IT.java")
                                || path.toString().endsWith("Test.java")))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                sources.merge(name, Files.readString(file), String::concat);
            }
        }
        return sources;
    }

    @Test
    void every_test_that_is_named_exists() throws IOException {
        Map<String, String> sources = testSources();
        Matcher named = TEST.matcher(catalogue());
        int tests = 0;
        while (named.find()) {
            assertThat(sources).containsKey(named.group(1));
            assertThat(sources.get(named.group(1)))
                    .as(named.group())
                    .containsPattern("(void|ArchRule) " + named.group(2) + "\\b");
            tests++;
        }
        assertThat(tests).isGreaterThan(60);
    }

    @Test
    void every_script_that_is_named_exists() throws IOException {
        Matcher named = SCRIPT.matcher(catalogue());
        while (named.find()) {
            assertThat(ROOT.resolve(named.group(1))).isExecutable();
        }
    }

    /** What stands behind each row: outcome and tests. */
    private static Map<String, String> rows() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        ROW.matcher(catalogue()).results().forEach(line -> {
            for (String row : line.group(1).split(", ", -1)) {
                rows.put(row, line.group(2));
            }
        });
        return rows;
    }

    /** Which tests carry a row in their display name: in front of everything else, or anywhere. */
    private static Map<String, Set<String>> testsByRow(boolean inFront) throws IOException {
        Map<String, Set<String>> tests = new TreeMap<>();
        testSources()
                .forEach((type, source) -> NAMED.matcher(source)
                        .results()
                        .forEach(test -> TAG.matcher(test.group(1))
                                .results()
                                .filter(tag -> !inFront || tag.start() == 0)
                                .forEach(tag -> tests.computeIfAbsent(tag.group(), row -> new TreeSet<>())
                                        .add(type + "." + test.group(2)))));
        return tests;
    }

    @Test
    void every_row_is_there() throws IOException {
        assertThat(rows().keySet()).containsAll(ROWS);
    }

    @Test
    void every_row_has_a_test_that_carries_its_name_or_a_script() throws IOException {
        Map<String, Set<String>> tests = testsByRow(false);
        Set<String> unproved = new TreeSet<>();
        rows().forEach((row, listed) -> {
            boolean named = tests.getOrDefault(row, Set.of()).stream().anyMatch(listed::contains);
            if (!named && !SCRIPT.matcher(listed).find()) {
                unproved.add(row);
            }
        });

        assertThat(unproved).isEmpty();
    }

    @Test
    void every_test_of_a_row_is_listed_with_it() throws IOException {
        Map<String, String> rows = rows();
        Set<String> missing = new TreeSet<>();
        testsByRow(true)
                .forEach((row, tests) -> tests.forEach(test -> {
                    if (!rows.getOrDefault(row, "").contains(test)) {
                        missing.add(row + " " + test);
                    }
                }));

        assertThat(missing).isEmpty();
    }
}
