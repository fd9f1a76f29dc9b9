package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class TalkCommandIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String KEY = "canary-key";

    private final RealtimeSimulator simulator = RealtimeSimulator.start();
    private final CapturedConsole console = CapturedConsole.withKey(KEY);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        assertThat(simulator.calls().live()).as("calls left behind").isEmpty();
        simulator.close();
        assertThat(console.out() + console.err()).doesNotContain(KEY);
    }

    @Test
    void a_direct_conversation_ends_with_the_reply_to_the_last_text() {
        int exit = console.run(talk("--text", "one", "--text", "two", "--json"));

        assertThat(exit).isZero();
        assertThat(console.err()).isEmpty();
        assertThat(phases()).containsExactly("OPENING", "JOINING", "LIVE", "CLOSING", "CLOSED");
        assertThat(lines("receipt")).hasSize(2).allSatisfy(receipt -> {
            assertThat(receipt.path("channel").asString()).isEqualTo("text");
            assertThat(receipt.path("outcome").asString()).isEqualTo("ACKNOWLEDGED");
        });
        assertThat(transcript()).isEqualTo("You said: two");
        JsonNode closed = json().get(json().size() - 1);
        assertThat(closed.path("event").asString()).isEqualTo("closed");
        assertThat(closed.path("initiator").asString()).isEqualTo("APPLICATION");
        assertThat(closed.path("code").asInt()).isEqualTo(1000);
        assertThat(closed.path("discarded").toString()).isEqualTo("{\"texts\":0,\"handoffs\":0,\"audioFrames\":0}");
        assertThat(json())
                .allSatisfy(line ->
                        assertThat(line.path("atMillis").isIntegralNumber()).isTrue());
        assertThat(sent(Connection.Kind.MODEL))
                .startsWith("session.update", "conversation.item.create", "conversation.item.create")
                .endsWith("response.create");
    }

    @Test
    void receipts_name_the_ids_that_travelled() {
        console.run(talk("--text", "one", "--json"));

        JournalEntry item = simulator.journal().awaitReceived("conversation.item.create", PATIENCE);
        JsonNode receipt = lines("receipt").get(0);
        assertThat(receipt.path("id").asString()).isEqualTo(item.json().text("item.id"));
        assertThat(receipt.path("eventId").asString()).isEqualTo(item.eventId());
    }

    @Test
    void the_session_is_the_one_that_was_asked_for() {
        console.run(talk(
                "--text",
                "one",
                "--modality",
                "text",
                "--voice",
                "cedar",
                "--instructions",
                "Be brief.",
                "--model",
                "gpt-other",
                "--json"));

        JournalEntry update = simulator.journal().awaitReceived("session.update", PATIENCE);
        assertThat(update.json().text("session.instructions")).isEqualTo("Be brief.");
        assertThat(update.json().text("session.output_modalities.0")).isEqualTo("text");
        assertThat(update.json().text("session.audio.output.voice")).isEqualTo("cedar");
        assertThat(simulator.requests("/v1/realtime").get(0).query("model")).contains("gpt-other");
        assertThat(lines("server"))
                .anyMatch(line -> line.path("type").asString().equals("response.output_text.done"));
    }

    @Test
    void the_answer_is_there_while_the_join_is_held() throws Exception {
        Gate upgrade = simulator.holdUpgrade();
        RunningCommand talk =
                RunningCommand.start(console, talk("--offer", offer(), "--text", "A", "--text", "B", "--json"));

        JsonNode answer = talk.await("answer");
        upgrade.awaitReached(PATIENCE);
        assertThat(simulator.journal().entries(JournalEntry.Kind.UPGRADED)).isEmpty();
        assertThat(answer.path("sdp").asString())
                .isEqualTo(simulator.calls().last().answer());
        upgrade.open();

        assertThat(talk.exitCode()).isZero();
        assertThat(phases()).startsWith("OPENING", "ANSWERED", "JOINING", "LIVE");
        assertThat(lines("joining").get(0).path("attempt").asInt()).isEqualTo(1);
        assertThat(simulator.calls().last().offer()).isEqualTo(Offers.ofNobody().text());
        assertThat(sent(Connection.Kind.SIDEBAND))
                .containsExactly(
                        "session.update", "conversation.item.create", "conversation.item.create", "response.create");
    }

    @Test
    void audio_is_spoken_in_real_time_and_answered() throws IOException {
        Path wav = folder.resolve("speech.wav");
        WavFile speech = WavFile.resource("speech.wav");
        WavFormat.PCM.write(wav, speech.pcm());

        long started = System.nanoTime();
        assertThat(console.run(talk("--audio", wav.toString(), "--json"))).isZero();

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThan(Duration.ofMillis(speech.millis()));
        List<JsonNode> audio = lines("audio");
        assertThat(audio.get(audio.size() - 1).path("accepted").asInt()).isEqualTo(frames(speech));
        assertThat(audio.get(audio.size() - 1).path("dropped").asLong()).isZero();
        assertThat(transcript()).matches("I heard [23]\\.\\d seconds of audio\\.");
    }

    @Test
    void a_length_ends_the_conversation_without_waiting_for_a_reply() {
        Gate upgrade = simulator.holdUpgrade();

        int exit = console.run(talk("--offer", offer(), "--text", "A", "--for", "300ms", "--json"));

        upgrade.open();
        assertThat(exit).isZero();
        assertThat(lines("receipt").get(0).path("outcome").asString()).isEqualTo("NOT_SENT");
        assertThat(lines("receipt").get(0).path("reason").asString()).isEqualTo("STOPPED");
        JsonNode closed = json().get(json().size() - 1);
        assertThat(closed.path("event").asString()).isEqualTo("closed");
        assertThat(closed.path("discarded").path("texts").asInt()).isEqualTo(1);
    }

    @Test
    void a_stop_signal_ends_the_conversation_orderly() throws Exception {
        RunningCommand talk = RunningCommand.start(console, talk("--for", "1h", "--json"));
        talk.await(line -> line.path("phase").asString("").equals("LIVE"));

        assertThat(console.stop.raise()).isTrue();

        assertThat(talk.exitCode()).isZero();
        JsonNode closed = json().get(json().size() - 1);
        assertThat(closed.path("initiator").asString()).isEqualTo("APPLICATION");
        Connection connection = simulator.awaitConnection(Connection.Kind.MODEL, PATIENCE);
        connection.awaitDisconnected(PATIENCE);
        assertThat(connection.closeCode()).hasValue(1000);
    }

    @Test
    void an_event_that_is_no_event_is_told_and_the_conversation_goes_on() throws Exception {
        RunningCommand talk = RunningCommand.start(console, talk("--for", "1h", "--json"));
        talk.await(line -> line.path("phase").asString("").equals("LIVE"));

        Connection connection = simulator.awaitConnection(Connection.Kind.MODEL, PATIENCE);
        connection.send("{\"type\":3}");
        talk.await("decode-error");
        connection.send("{\"type\":\"brand.new\",\"n\":1.10}");
        JsonNode unknown = talk.await(line -> line.path("type").asString("").equals("brand.new"));

        assertThat(unknown.path("json").toString()).isEqualTo("{\"type\":\"brand.new\",\"n\":1.10}");
        console.stop.raise();
        assertThat(talk.exitCode()).isZero();
    }

    @Test
    void people_get_a_timeline() {
        assertThat(console.run(talk("--offer", offer(), "--text", "Hello"))).isZero();

        assertThat(console.out())
                .contains("answered   SDP answer", "live       the control socket stands", "you        \"Hello\"")
                .contains("receipt    text 1 acknowledged", "assistant  \"You said: Hello\"", "dBFS")
                .contains("closed     by the application, code 1000");
        assertThat(console.outLines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void a_key_that_is_refused_fails_in_one_line() {
        CapturedConsole real = CapturedConsole.withKey("sk-" + "a1b2c3d4".repeat(6));

        assertThat(real.run(talk("--text", "a", "--json"))).isEqualTo(1);

        assertThat(real.err()).contains("401").hasLineCount(1).doesNotContain("a1b2c3d4");
        assertThat(RunningCommand.json(real)
                        .get(RunningCommand.json(real).size() - 1)
                        .path("event")
                        .asString())
                .isEqualTo("closed");
    }

    @Test
    void a_server_that_refuses_connections_fails_in_one_line() throws IOException {
        int port;
        try (java.net.ServerSocket taken = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }

        assertFails(
                "CONNECT_FAILED: no TCP connection to 127.0.0.1:" + port,
                "talk",
                "--upstream",
                "http://127.0.0.1:" + port + "/v1",
                "--text",
                "a");
    }

    @Test
    void a_server_that_answers_with_a_web_page_fails_in_one_line() throws IOException {
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] page = "<html><body>\u001b[31mWelcome\r\n</body></html>".getBytes(StandardCharsets.UTF_8);
        web.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        web.start();
        try {
            String url = "http://127.0.0.1:" + web.getAddress().getPort() + "/v1";

            assertFails("UPGRADE_REFUSED", "talk", "--upstream", url, "--text", "a");
            assertFails("request id", "talk", "--upstream", url, "--text", "a", "--offer", offer());
        } finally {
            web.stop(0);
        }
    }

    @Test
    void the_end_by_the_server_before_the_reply_is_a_failure() throws Exception {
        Gate responses = simulator.holdResponses();
        RunningCommand talk = RunningCommand.start(console, talk("--text", "a", "--json"));
        responses.awaitReached(PATIENCE);

        simulator.awaitConnection(Connection.Kind.MODEL, PATIENCE).close(1000, "enough");

        assertThat(talk.exitCode()).isEqualTo(1);
        assertThat(console.err())
                .contains("before the reply", "by the server, code 1000, \"enough\"")
                .hasLineCount(1);
        responses.open();
    }

    private static int frames(WavFile speech) {
        return (Microphone.recordingWithSilence(speech).length + Pcm.FRAME_BYTES - 1) / Pcm.FRAME_BYTES;
    }

    private void assertFails(String what, String... args) {
        CapturedConsole fresh = CapturedConsole.withKey(KEY);

        assertThat(fresh.run(args)).isEqualTo(1);

        assertThat(fresh.err())
                .startsWith("antiphon: ")
                .contains(what)
                .hasLineCount(1)
                .doesNotContain(KEY, "\u001b");
        assertThat(fresh.out()).contains("closed     by the transport").doesNotContain("\u001b", "\tat ");
    }

    private String[] talk(String... more) {
        List<String> args = new ArrayList<>(
                List.of("talk", "--upstream", simulator.baseUrl().toString()));
        args.addAll(List.of(more));
        return args.toArray(new String[0]);
    }

    private String offer() {
        try {
            return Files.writeString(
                            folder.resolve("offer.sdp"), Offers.ofNobody().text())
                    .toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<JsonNode> json() {
        return RunningCommand.json(console);
    }

    private List<JsonNode> lines(String event) {
        return json().stream()
                .filter(line -> line.path("event").asString().equals(event))
                .toList();
    }

    private List<String> phases() {
        return lines("phase").stream()
                .map(line -> line.path("phase").asString())
                .toList();
    }

    private String transcript() {
        return lines("server").stream()
                .filter(line -> line.path("type").asString().equals("response.output_audio_transcript.done"))
                .map(line -> line.path("json").path("transcript").asString())
                .reduce((first, last) -> last)
                .orElse("");
    }

    private List<String> sent(Connection.Kind kind) {
        return simulator.connections(kind).get(0).receivedTypes();
    }
}
