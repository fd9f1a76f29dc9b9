package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/simulator.md and the README of the testkit print is understood: Java by a compiler, scripts by us. */
class DocumentationTest {
    private static final Path SIMULATOR = Path.of("../docs/simulator.md");
    private static final Path README = Path.of("README.md");

    /** What the pieces take for granted, as a class with one method for a piece to stand in. */
    private static final String AROUND = """
            import dev.antiphon.core.*;
            import dev.antiphon.core.model.Closure.Initiator;
            import dev.antiphon.testkit.simulator.*;
            import dev.antiphon.testkit.simulator.persona.*;
            import dev.antiphon.testkit.simulator.persona.McpServer.Answer;
            import dev.antiphon.testkit.simulator.tls.*;
            import java.net.URI;
            import java.time.Duration;
            import static dev.antiphon.testkit.assertions.RealtimeAssertions.assertThat;

            class Piece {
                void piece(RealtimeSimulator simulator, Connection socket, Conversation conversation, Receipt receipt, String id)
                        throws Exception {
                    %s
                    ;
                }
            }
            """;

    static Stream<String> java() throws IOException {
        return Stream.concat(
                blocks(SIMULATOR, "java"), blocks(README, "java").filter(block -> !block.startsWith("class ")));
    }

    static Stream<String> scripts() throws IOException {
        return blocks(SIMULATOR, "json");
    }

    private static Stream<String> blocks(Path page, String language) throws IOException {
        return Pattern.compile("(?s)```" + language + "\n(.*?)```")
                .matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1));
    }

    @ParameterizedTest
    @MethodSource("java")
    void java_compiles(String piece, @TempDir Path out) {
        JavaFileObject source =
                new SimpleJavaFileObject(URI.create("string:///Piece.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return AROUND.formatted(piece);
                    }
                };
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter complaints = new StringWriter();

        boolean compiled = compiler.getTask(
                        complaints,
                        null,
                        null,
                        List.of("-proc:none", "-d", out.toString(), "-cp", System.getProperty("java.class.path")),
                        null,
                        List.of(source))
                .call();

        assertThat(compiled).as(complaints.toString()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void scripts_are_read(String script, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("script.json"), script);

        assertThat(Scenario.read(file)).isNotNull();
    }

    @Test
    void every_step_and_misfortune_is_described() throws IOException {
        String page = Files.readString(SIMULATOR);

        assertThat(ScenarioFile.STEPS.keySet())
                .allSatisfy(step -> assertThat(page).contains("`{\"" + step + "\": "));
        assertThat(MisfortuneFile.KINDS).allSatisfy(kind -> assertThat(page).contains("`" + kind + "`"));
    }
}
