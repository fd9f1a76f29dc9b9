package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A conversation is recorded at one server and played again by another. */
@Timeout(60)
class RecordAndReplayIT {
    @TempDir
    Path folder;

    @Test
    void a_recorded_conversation_is_replayed_to_the_same_transcript() throws Exception {
        Path file = folder.resolve("call.jsonl");
        List<String> then;
        try (RealtimeSimulator simulator = RealtimeSimulator.builder().unpaced().start()) {
            then = talk(simulator.baseUrl().toString(), "--record", file.toString(), "--record-content");
        }

        CapturedConsole server = new CapturedConsole();
        RunningCommand replay =
                RunningCommand.start(server, "simulator", "--replay", file.toString(), "--strict", "--no-pauses");
        List<String> now = talk(replay.await("listening").path("baseUrl").asString());
        server.stop.raise();

        assertThat(replay.exitCode()).isZero();
        assertThat(now).isEqualTo(then).contains("You said: Good morning, Ada");
    }

    @ParameterizedTest(name = "strict: {0}")
    @ValueSource(booleans = {true, false})
    void a_recorded_sideband_is_replayed_to_the_same_transcript(boolean strict) throws Exception {
        Path file = folder.resolve("sideband.jsonl");
        String offer = Files.writeString(
                        folder.resolve("offer.sdp"), Offers.ofNobody().text())
                .toString();
        List<String> then;
        try (RealtimeSimulator simulator = RealtimeSimulator.builder().unpaced().start()) {
            then = talk(
                    simulator.baseUrl().toString(), "--offer", offer, "--record", file.toString(), "--record-content");
            assertThat(simulator.connections(Connection.Kind.SIDEBAND)).hasSize(1);
        }

        CapturedConsole server = new CapturedConsole();
        List<String> command = new ArrayList<>(
                List.of("simulator", "--no-media", "--replay", file.toString(), "--no-pauses", "--journal"));
        if (strict) {
            command.add("--strict");
        }
        RunningCommand replay = RunningCommand.start(server, command.toArray(new String[0]));
        List<String> now = talk(replay.await("listening").path("baseUrl").asString(), "--offer", offer);
        server.stop.raise();

        assertThat(replay.exitCode()).isZero();
        assertThat(now).isEqualTo(then).contains("You said: Good morning, Ada");
        assertThat(server.outLines()).anySatisfy(line -> assertThat(line).contains("UPGRADED", "SIDEBAND"));
    }

    @Test
    void a_recording_tells_no_content_unless_told_to() throws Exception {
        Path file = folder.resolve("call.jsonl");
        try (RealtimeSimulator simulator = RealtimeSimulator.builder().unpaced().start()) {
            talk(simulator.baseUrl().toString(), "--record", file.toString());
        }

        assertThat(Files.readString(file))
                .contains("\"event\":\"client\"", "\"event\":\"server\"", "\"event\":\"closed\"")
                .doesNotContain("Ada", "canary-key");
    }

    @Test
    void inspect_reads_a_recording_with_both_directions() throws Exception {
        Path file = folder.resolve("call.jsonl");
        try (RealtimeSimulator simulator = RealtimeSimulator.builder().unpaced().start()) {
            talk(simulator.baseUrl().toString(), "--record", file.toString());
        }

        CapturedConsole inspect = new CapturedConsole();
        Path sound = folder.resolve("reply.wav");
        assertThat(inspect.run("inspect", "--audio-out", sound.toString(), file.toString()))
                .isZero();

        assertThat(inspect.outLines())
                .allSatisfy(line -> assertThat(line).contains("\"outcome\":\"accepted\""))
                .anySatisfy(line -> assertThat(line).contains("\"type\":\"session.update\""))
                .anySatisfy(line -> assertThat(line).contains("\"type\":\"response.done\""));
        assertThat(Files.size(sound)).isGreaterThan(1_000);
    }

    @Test
    void what_cannot_be_recorded_or_replayed_is_refused_before_anything_is_sent() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.jsonl"), "not JSON\n");

        assertRefused("line 1 is no JSON object", "simulator", "--replay", broken.toString());
        assertRefused(
                "missing.jsonl",
                "simulator",
                "--replay",
                folder.resolve("missing.jsonl").toString());
        assertRefused("--replay", "simulator", "--strict");
        assertRefused(
                "cannot write the recording",
                "talk",
                "--upstream",
                "http://127.0.0.1:1/v1",
                "--record",
                folder.resolve("no/such/folder.jsonl").toString());
        assertRefused("--record FILE", "talk", "--upstream", "http://127.0.0.1:1/v1", "--record-content");
    }

    private static void assertRefused(String what, String... args) {
        CapturedConsole console = CapturedConsole.withKey("canary-key");

        assertThat(console.run(args)).isEqualTo(2);

        assertThat(console.err()).contains(what);
    }

    /** The server events up to the end of the reply, by type, or by what was said. */
    private static List<String> talk(String upstream, String... more) {
        CapturedConsole console = CapturedConsole.withKey("canary-key");
        List<String> args =
                new ArrayList<>(List.of("talk", "--upstream", upstream, "--text", "Good morning, Ada", "--json"));
        args.addAll(List.of(more));

        assertThat(console.run(args.toArray(new String[0]))).as(console.err()).isZero();

        return RunningCommand.json(console).stream()
                .filter(line -> line.path("event").asString().equals("server"))
                .map(RecordAndReplayIT::said)
                .takeWhile(said -> !said.equals("response.done"))
                .toList();
    }

    private static String said(JsonNode line) {
        String transcript = line.path("json").path("transcript").asString("");
        return transcript.isEmpty() ? line.path("type").asString() : transcript;
    }
}
