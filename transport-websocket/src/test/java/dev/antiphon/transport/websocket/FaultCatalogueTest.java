package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/faults.md names tests that exist, and every test of a row in the library is named there. */
class FaultCatalogueTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern TEST = Pattern.compile("\\b([A-Z]\\w+(?:IT|Test))\\.(\\w+)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([FB]\\d\\d)");
    private static final Pattern NAMED =
            Pattern.compile("@DisplayName\\(\\s*\"([FB]\\d\\d) [^\"]*\"\\)\\s*(?:@\\w+[^\\n]*\\s*)*void (\\w+)\\(");
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

    @Test
    void every_test_of_a_row_is_listed_with_it() throws IOException {
        String catalogue = catalogue();
        Set<String> rows = new TreeSet<>();
        ROW.matcher(catalogue).results().forEach(row -> rows.add(row.group(1)));
        Set<String> missing = new TreeSet<>();
        testSources()
                .forEach((type, source) -> NAMED.matcher(source).results().forEach(test -> {
                    String name = type + "." + test.group(2);
                    if (!rows.contains(test.group(1)) || !catalogue.contains(name)) {
                        missing.add(test.group(1) + " " + name);
                    }
                }));

        assertThat(missing).isEmpty();
    }
}
