package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.testkit.simulator.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptFileTest {
    private static final String YAML = """
        # who says what
        rules:
          - when: { says: no }
            do:
              - pause: 200ms
              - say: "No: then not."
          - when: { received: session.update, nth: 1 }
            do:
              - hold: door
              - close: 1011
        """;

    @TempDir
    Path folder;

    private Scenario read(String name, String text) throws IOException {
        return ScriptFile.read(Files.writeString(folder.resolve(name), text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"script.yaml", "script.yml"})
    void yaml_says_the_same_as_json(String name) throws IOException {
        Scenario script = read(name, YAML);

        assertThat(script).hasToString("Scenario[1 rules about the user, 1 about events]");
        assertThat(script.gate("door")).isPresent();
    }

    @Test
    void anything_else_is_json() {
        assertThatThrownBy(() -> read("script.json", YAML))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a script is a JSON object");
    }

    @Test
    void what_is_no_yaml_is_refused_by_its_line() {
        assertThatThrownBy(() -> read("script.yaml", "rules:\n  - {when: [\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("line \\d+, column \\d+ is not YAML");
    }

    @Test
    void what_is_not_understood_is_refused_by_its_place() {
        assertThatThrownBy(() -> read("script.yaml", "rules:\n  - when: { says: hello }\n    do: [ { shout: x } ]\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("rules[0].do[0]: expected one of");
    }
}
