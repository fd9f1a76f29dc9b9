package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
    @TempDir
    Path folder;

    @Test
    void the_environment_holds_the_key() {
        Console console = CapturedConsole.withKey("sk-1").console();

        assertThat(ApiKey.read(console, Optional.empty()).value()).isEqualTo("sk-1");
    }

    @Test
    void a_file_wins_over_the_environment_and_may_end_with_a_line_end() throws IOException {
        Console console = CapturedConsole.withKey("sk-1").console();

        assertThat(ApiKey.read(console, Optional.of(file("sk-2\n"))).value()).isEqualTo("sk-2");
        assertThat(ApiKey.read(console, Optional.of(file("sk-3\r\n"))).value()).isEqualTo("sk-3");
    }

    @Test
    void without_a_key_the_complaint_names_both_ways_to_give_one() {
        assertThatThrownBy(() -> ApiKey.read(new CapturedConsole().console(), Optional.empty()))
                .hasMessageContaining("OPENAI_API_KEY")
                .hasMessageContaining("--api-key-file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\n", "secret key", "secret\r\nX: y", "secret\u0000", "sécret"})
    void a_key_that_is_no_header_value_is_refused_without_being_shown(String key) {
        assertThatThrownBy(() -> ApiKey.read(CapturedConsole.withKey(key).console(), Optional.empty()))
                .isInstanceOf(Complaint.class)
                .hasMessageContaining("OPENAI_API_KEY")
                .hasMessageNotContaining("cret");
    }

    @Test
    void files_that_hold_no_key_are_refused() throws IOException {
        assertComplaint(folder.resolve("absent"), "there is no such file");
        assertComplaint(folder, "it is a directory");
        assertComplaint(file(""), "cannot be sent");
        assertComplaint(file("sk-1\n\n"), "cannot be sent");
        assertComplaint(file("k".repeat(10_000)), "larger than");
        Path binary = folder.resolve("binary");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertComplaint(binary, "not text");
    }

    @Test
    void a_key_is_never_printed() {
        assertThat(new ApiKey("sk-secret")).hasToString("ApiKey[9 characters]");
    }

    private void assertComplaint(Path file, String reason) {
        assertThatThrownBy(() -> ApiKey.read(new CapturedConsole().console(), Optional.of(file)))
                .isInstanceOfSatisfying(
                        Complaint.class,
                        complaint -> assertThat(complaint.exitCode()).isEqualTo(Complaint.USAGE))
                .hasMessageContaining(reason)
                .hasMessageContaining(file.toString());
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("key"), text);
    }
}
