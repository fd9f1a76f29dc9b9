package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.media.MediaCaller;
import dev.antiphon.testkit.media.WebRtcPeer;
import dev.antiphon.testkit.simulator.MediaListener;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class OtherCommandsIT {
    private final CapturedConsole console = CapturedConsole.withKey("canary-key");

    @TempDir
    private Path directory;

    @Test
    void the_demo_needs_no_key_and_proves_what_it_shows() {
        CapturedConsole keyless = new CapturedConsole();
        long started = System.nanoTime();

        assertThat(keyless.run("demo")).isZero();

        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(15));
        assertThat(keyless.out())
                .contains("1  Direct WebSocket", "2  WebRTC with a sideband", "The point")
                .contains("waited     2 texts, 1 hand-off output,", "receipt    handoff 1 acknowledged")
                .contains("each once and in", "assistant  \"I heard ", "dBFS", "summary    texts: 2 offered");
        assertThat(keyless.err()).isEmpty();
        assertThat(keyless.outLines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void the_demo_fails_when_it_is_stopped_before_the_end() throws Exception {
        RunningCommand demo = RunningCommand.start(console, "demo");
        console.awaitMoreThan(0, System.nanoTime() + 10_000_000_000L);
        console.stop.raise();

        assertThat(demo.exitCode()).isEqualTo(1);
        assertThat(console.err()).contains("stopped before the end").hasLineCount(1);
    }

    @Nested
    class OfTheSimulator {
        @Test
        void the_first_line_names_the_base_url_and_a_stop_signal_ends_it() throws Exception {
            RunningCommand command = RunningCommand.start(console, "simulator", "--join-delay", "1s", "--journal");
            JsonNode listening = command.await("listening");
            URI url = URI.create(listening.path("baseUrl").asString());
            assertThat(url.getPath()).isEqualTo("/v1");
            assertThat(url.getHost()).isEqualTo("127.0.0.1");

            CapturedConsole client = CapturedConsole.withKey("canary-key");
            assertThat(client.run("talk", "--upstream", url.toString(), "--text", "a", "--json"))
                    .isZero();
            command.await(line -> line.path("kind").asString("").equals("RECEIVED")
                    && line.path("type").asString("").equals("response.create"));
            console.stop.raise();

            assertThat(command.exitCode()).isZero();
            assertThat(RunningCommand.json(console).get(0).path("event").asString())
                    .isEqualTo("listening");
            assertThat(console.out()).doesNotContain("canary-key");
        }

        @Test
        void its_calls_carry_media() throws Exception {
            RunningCommand command = RunningCommand.start(console, "simulator", "--journal");
            String url = command.await("listening").path("baseUrl").asString();
            try (WebRtcPeer browser =
                            WebRtcPeer.builder().loopbackOnly().withoutWarmUp().start();
                    MediaCaller caller = browser.call(new MediaListener() {})) {
                caller.accept(answerTo(url, caller.offer()));

                command.await(line -> line.path("kind").asString("").equals("CHANNEL_OPENED"));
            }
            console.stop.raise();
            assertThat(command.exitCode()).isZero();
        }

        @Test
        void without_media_its_answers_lead_nowhere() throws Exception {
            RunningCommand command = RunningCommand.start(console, "simulator", "--no-media");
            String url = command.await("listening").path("baseUrl").asString();

            assertThat(answerTo(url, Offers.ofNobody().text())).contains(" 127.0.0.1 9 typ host");
            console.stop.raise();
            assertThat(command.exitCode()).isZero();
        }

        @Test
        void more_than_everything_cannot_be_lost() {
            assertThat(console.run("simulator", "--loss", "101")).isEqualTo(2);
            assertThat(console.err()).contains("--loss 101");
        }

        private String answerTo(String url, String offer) throws Exception {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(url + "/realtime/calls"))
                                    .header("Authorization", "Bearer test")
                                    .header("Content-Type", "application/sdp")
                                    .POST(BodyPublishers.ofString(offer))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }

        @Test
        void it_plays_the_script_it_is_given() throws Exception {
            Path script = Files.writeString(
                    directory.resolve("script.json"),
                    "{\"misfortunes\":[{\"refuse\":418,\"at\":\"upgrade\",\"times\":\"always\"}]}");
            RunningCommand command = RunningCommand.start(console, "simulator", "--script", script.toString());
            String base = command.await("listening").path("baseUrl").asString();

            CapturedConsole other = CapturedConsole.withKey("canary-key");
            assertThat(other.run("talk", "--upstream", base, "--text", "x", "--for", "2s"))
                    .isEqualTo(1);
            console.stop.raise();

            assertThat(command.exitCode()).isZero();
            assertThat(other.err()).contains("418");
        }

        @Test
        void a_script_that_is_not_understood_is_refused_by_its_place() throws IOException {
            Path script = Files.writeString(directory.resolve("script.json"), "{\"rules\":[{\"when\":{}}]}");

            assertThat(console.run("simulator", "--script", script.toString())).isEqualTo(1);

            assertThat(console.err())
                    .contains("script.json", "rules[0].when: expected one of")
                    .hasLineCount(1);
            assertThat(console.run(
                            "simulator",
                            "--script",
                            directory.resolve("none.json").toString()))
                    .isEqualTo(1);
        }

        @Test
        void a_port_in_use_is_named() throws IOException {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                assertThat(console.run("simulator", "--port", String.valueOf(taken.getLocalPort())))
                        .isEqualTo(1);
                assertThat(console.err())
                        .contains("127.0.0.1:" + taken.getLocalPort(), "in use", "--port")
                        .hasLineCount(1);
                assertThat(console.out()).isEmpty();
            }
        }
    }

    @Nested
    class OfTheDoctor {
        @Test
        void every_hop_of_a_healthy_server_passes_and_the_call_is_hung_up() {
            try (RealtimeSimulator simulator = RealtimeSimulator.start()) {
                assertThat(console.run(
                                "doctor", "--upstream", simulator.baseUrl().toString()))
                        .isZero();

                assertThat(console.outLines()).map(line -> line.substring(0, 4)).containsOnly("ok  ", "-   ");
                assertThat(console.out())
                        .contains(
                                "name resolution", "TCP", "authentication", "call creation", "join", "ping", "hang-up");
                assertThat(simulator.calls().all()).hasSize(1);
                assertThat(simulator.calls().live()).isEmpty();
            }
        }

        @Test
        void a_refused_key_fails_at_authentication() {
            try (RealtimeSimulator simulator =
                    RealtimeSimulator.builder().acceptKeys("other").start()) {
                assertHop(simulator.baseUrl(), "authentication");
            }
        }

        @Test
        void a_refused_call_fails_at_call_creation() {
            try (RealtimeSimulator simulator = RealtimeSimulator.start()) {
                simulator.refuseCalls(400, 1);

                assertHop(simulator.baseUrl(), "call creation");
            }
        }

        @Test
        void a_refused_upgrade_fails_at_the_join_and_the_call_is_hung_up() {
            try (RealtimeSimulator simulator = RealtimeSimulator.start()) {
                simulator.refuseUpgrades(403, 1);

                assertHop(simulator.baseUrl(), "join");

                assertThat(simulator.calls().created()).isEqualTo(1);
                assertThat(simulator.calls().live()).isEmpty();
            }
        }

        @Test
        void missing_pongs_fail_at_the_ping() {
            try (RealtimeSimulator simulator = RealtimeSimulator.start()) {
                simulator.inflict(Misfortune.mutePongs().at(Moment.OPENED));

                assertHop(simulator.baseUrl(), "ping");
            }
        }

        @Test
        void nobody_listening_fails_at_tcp() throws IOException {
            int port;
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = taken.getLocalPort();
            }

            assertHop(URI.create("http://127.0.0.1:" + port + "/v1"), "TCP");
        }

        @Test
        void a_plain_server_behind_https_fails_at_tls() {
            try (RealtimeSimulator simulator = RealtimeSimulator.start()) {
                assertHop(URI.create("https://127.0.0.1:" + simulator.port() + "/v1"), "TLS");
            }
        }

        @Test
        void an_unknown_name_fails_at_name_resolution() {
            assertHop(URI.create("https://no-such-host.invalid/v1"), "name resolution");
        }

        private void assertHop(URI url, String hop) {
            assertThat(console.run("doctor", "--upstream", url.toString())).isEqualTo(1);

            assertThat(console.err())
                    .startsWith("antiphon: " + hop + " fails: ")
                    .hasLineCount(1);
            assertThat(console.outLines().get(console.outLines().size() - 1)).startsWith("FAIL  " + hop);
            assertThat(console.out() + console.err()).doesNotContain("canary-key");
        }
    }
}
