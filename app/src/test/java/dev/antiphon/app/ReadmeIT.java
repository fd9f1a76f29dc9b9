package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README promises nothing that does not run. */
@Timeout(60)
class ReadmeIT {
    private static final Path ROOT = Path.of("..");

    @Test
    void the_example_is_the_code_that_is_compiled_here() throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/test/java/dev/antiphon/app/ReadmeExample.java"));
        int begin = source.indexOf("        // README begin");
        int end = source.indexOf("        // README end");
        String example = source.subList(begin + 1, end).stream()
                .map(line -> line.isEmpty() ? line : line.substring(8))
                .collect(Collectors.joining("\n"));

        assertThat(end - begin - 1).as("lines of the example").isLessThan(25);
        assertThat(Files.readString(ROOT.resolve("README.md"))).contains("```java\n" + example + "\n```");
    }

    @Test
    void the_example_holds_a_conversation() throws Exception {
        CompletableFuture<String> browser = new CompletableFuture<>();
        try (RealtimeSimulator simulator = RealtimeSimulator.start()) {
            Conversation conversation = ReadmeExample.start(
                    simulator.baseUrl().toString(), "test", Offers.ofNobody().text(), browser::complete);

            assertThat(browser.get(10, TimeUnit.SECONDS)).startsWith("v=0");
            simulator.journal().awaitSent("response.done", Duration.ofSeconds(10));

            conversation.close();
            assertThat(conversation
                            .closed()
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS)
                            .isOrderly())
                    .isTrue();
        }
    }

    @Test
    void every_file_it_links_to_is_there() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));
        List<String> targets = java.util.regex.Pattern.compile("]\\(([^)#]+)[^)]*\\)")
                .matcher(readme)
                .results()
                .map(match -> match.group(1))
                .filter(target -> !target.startsWith("http"))
                .toList();

        assertThat(targets)
                .isNotEmpty()
                .allSatisfy(target -> assertThat(ROOT.resolve(target)).exists());
    }
}
