package dev.antiphon.app;

import dev.antiphon.testkit.simulator.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A script that somebody wrote by hand, in the form its name tells: {@code .yaml} and {@code .yml} are YAML,
 * everything else is JSON. Both say the same; the testkit itself knows JSON only.
 */
final class ScriptFile {
    private ScriptFile() {}

    /**
     * Reads a script.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it says something that is not understood; the message names the place
     */
    static Scenario read(Path file) throws IOException {
        String text = Files.readString(file);
        String name = String.valueOf(file.getFileName());
        return Scenario.parse(name.endsWith(".yaml") || name.endsWith(".yml") ? json(text) : text);
    }

    private static String json(String yaml) {
        JsonNode script;
        try {
            script = new YAMLMapper().readTree(yaml);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + " is not YAML",
                    e);
        }
        return script.toString();
    }
}
