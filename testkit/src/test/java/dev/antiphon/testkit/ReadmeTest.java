package dev.antiphon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The testkit's README shows what is compiled: here, and in the projects of strangers. */
class ReadmeTest {
    private static final Path CONSUMERS = Path.of("../.ci/consumers/tests");

    @ParameterizedTest
    @ValueSource(strings = {"GreeterTest", "GreeterOverTheWireTest"})
    void it_shows_the_tests_of_the_consumers(String test) throws IOException {
        assertThat(Files.readString(Path.of("README.md")))
                .contains("```java\n" + body(CONSUMERS.resolve(test + ".java")) + "```");
    }

    @Test
    void the_first_test_is_run_here_too() throws IOException {
        String ours = body(Path.of("src/test/java/dev/antiphon/testkit/GreeterTest.java"));

        assertThat(ours).isEqualTo(body(CONSUMERS.resolve("GreeterTest.java")));
        assertThat(ours.lines().count()).as("lines of a first test").isLessThanOrEqualTo(12);
    }

    private static String body(Path file) throws IOException {
        String source = Files.readString(file);
        return source.substring(source.indexOf("class "));
    }
}
