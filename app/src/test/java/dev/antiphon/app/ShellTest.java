package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is told in one line before anything is sent. */
class ShellTest {
    private static final String NOWHERE = "http://127.0.0.1:9/v1";

    private final CapturedConsole console = CapturedConsole.withKey("test");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"demo", "talk", "simulator", "inspect", "doctor"})
    void every_command_explains_itself(String command) {
        assertThat(console.run(command, "--help")).isZero();
        assertThat(console.out()).contains("Usage: antiphon " + command, "Exit codes: 0 success");
        assertThat(console.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(console.err()).isEmpty();
    }

    @Test
    void help_lists_the_commands_and_the_exit_codes() {
        assertThat(console.run("--help")).isZero();
        assertThat(console.out()).contains("demo", "talk", "simulator", "inspect", "doctor", "Exit codes: 0 success");
    }

    @Test
    void the_version_is_told() {
        assertThat(console.run("--version")).isZero();
        assertThat(console.out()).startsWith("antiphon ");
    }

    @Test
    void no_command_is_wrong_usage() {
        assertComplaint(2, "Missing required subcommand");
    }

    @Test
    void unknown_options_and_commands_are_named() {
        assertComplaint(2, "unknown option '--bogus'", "talk", "--upstream", NOWHERE, "--bogus");
        assertComplaint(2, "'frobnicate'", "frobnicate");
        assertComplaint(2, "--upstream", "talk");
    }

    @Test
    void a_missing_key_is_wrong_usage() {
        CapturedConsole without = new CapturedConsole();

        assertThat(without.run("talk", "--upstream", NOWHERE)).isEqualTo(2);
        assertThat(without.err()).contains("OPENAI_API_KEY").hasLineCount(1);
    }

    @Test
    void the_key_cannot_be_an_argument() {
        assertComplaint(2, "unknown option '--api-key'", "talk", "--upstream", NOWHERE, "--api-key", "x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://host/v1",
                "host:80/v1",
                "http://",
                "https://user:pw@host/v1",
                "https://h/v1#x",
                "http://h o/"
            })
    void a_base_url_that_cannot_be_used_is_refused_before_anything_is_sent(String url) {
        assertComplaint(2, "--upstream cannot be used", "talk", "--upstream", url, "--text", "a");
        assertThat(console.err()).doesNotContain("pw");
    }

    @Test
    void plain_text_to_another_machine_needs_a_word() {
        assertComplaint(2, "without TLS", "talk", "--upstream", "http://example.com/v1", "--text", "a");
    }

    @Test
    void bad_files_are_refused_before_anything_is_sent() throws IOException {
        Path blank = Files.writeString(folder.resolve("blank.sdp"), "");
        Path text = Files.writeString(folder.resolve("note.txt"), "no audio");

        assertComplaint(2, "the SDP offer is blank", "talk", "--upstream", NOWHERE, "--offer", blank.toString());
        assertComplaint(2, "RIFF/WAVE", "talk", "--upstream", NOWHERE, "--audio", text.toString());
        assertComplaint(2, "no such file", "talk", "--upstream", NOWHERE, "--audio", "absent.wav");
        assertComplaint(2, "no such file", "talk", "--upstream", NOWHERE, "--api-key-file", "absent");
    }

    @Test
    void bad_values_are_refused_with_the_ones_that_work() {
        assertComplaint(2, "500ms, 1s", "talk", "--upstream", NOWHERE, "--for", "soon");
        assertComplaint(2, "[AUDIO, TEXT]", "talk", "--upstream", NOWHERE, "--modality", "smell");
        assertComplaint(2, "is no port", "simulator", "--port", "70000");
        assertComplaint(2, "says nothing", "talk", "--upstream", NOWHERE, "--text", "");
    }

    private void assertComplaint(int exitCode, String what, String... args) {
        CapturedConsole fresh = CapturedConsole.withKey("test");

        assertThat(fresh.run(args)).isEqualTo(exitCode);

        assertThat(fresh.err()).startsWith("antiphon: ").contains(what).hasLineCount(1);
        assertThat(fresh.out()).isEmpty();
    }
}
