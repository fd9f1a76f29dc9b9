package dev.antiphon.testkit.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.contract.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/writing-an-adapter.md} shows what is compiled and proved here. */
class WritingAnAdapterTest {
    private static final Path PAGE = Path.of("../docs/writing-an-adapter.md");

    @ParameterizedTest
    @ValueSource(strings = {"JdkWebSocketTransport", "JdkWebSocketTransportContractIT"})
    void it_prints_the_sample_whole(String type) throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/antiphon/testkit/sample", type + ".java"));

        assertThat(Files.readString(PAGE)).contains("```java\n" + source + "```");
    }

    @Test
    void it_explains_every_capability() throws IOException {
        assertThat(Files.readString(PAGE))
                .contains(Arrays.stream(Capability.values())
                        .map(capability -> "| `" + capability + "` |")
                        .toArray(String[]::new));
    }
}
