package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.Call;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServeCommandIT {
    private static final String KEY = "canary-key";
    private static final String OFFER = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
            + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:111 opus/48000/2\r\n";

    private final CapturedConsole console = CapturedConsole.withKey(KEY);
    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().acceptKeys(KEY).start();
    private final HttpClient http = HttpClient.newHttpClient();
    private Optional<RunningCommand> running = Optional.empty();

    @AfterEach
    void tearDown() throws Exception {
        console.stop.raise();
        if (running.isPresent()) {
            running.get().exitCode();
        }
        simulator.close();
    }

    @Test
    void calls_are_created_with_the_key_of_the_environment_and_hung_up_at_the_stop() throws Exception {
        RunningCommand command = serve();
        String gateway = command.await("listening").path("url").asString();

        HttpResponse<String> answer = call(gateway);
        Call created = simulator.calls().all().get(0);
        long began = System.nanoTime();
        console.stop.raise();

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().toString() + answer.body()).doesNotContain(created.id(), KEY);
        assertThat(command.exitCode()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        assertThat(created.state()).isEqualTo(Call.State.HUNG_UP);
        assertThat(console.out() + console.err()).doesNotContain(KEY, created.id());
    }

    @Test
    void a_turn_ends_after_320_milliseconds_of_silence() throws Exception {
        RunningCommand command = serve();

        call(command.await("listening").path("url").asString());

        assertThat(turnSilence()).isEqualTo(320);
    }

    @Test
    void the_silence_that_ends_a_turn_can_be_chosen() throws Exception {
        RunningCommand command = serve("--turn-silence", "700ms");

        call(command.await("listening").path("url").asString());

        assertThat(turnSilence()).isEqualTo(700);
    }

    @Test
    void f66_without_a_key_nothing_is_listened_on_and_one_sentence_says_why() {
        CapturedConsole keyless = new CapturedConsole();

        int code = keyless.run(
                "serve", "--port", "0", "--upstream", simulator.baseUrl().toString());

        assertThat(code).isEqualTo(2);
        assertThat(keyless.out()).isEmpty();
        assertThat(keyless.err())
                .startsWith("antiphon: no API key: set OPENAI_API_KEY or give --api-key-file")
                .hasLineCount(1);
        assertThat(simulator.connections()).isEmpty();
    }

    @Test
    void f66_a_key_that_cannot_be_one_is_refused_at_the_start_and_not_repeated() {
        CapturedConsole broken = CapturedConsole.withKey("canary key\u0007");

        assertThat(broken.run(
                        "serve",
                        "--port",
                        "0",
                        "--upstream",
                        simulator.baseUrl().toString()))
                .isEqualTo(2);

        assertThat(broken.out()).isEmpty();
        assertThat(broken.err())
                .contains("OPENAI_API_KEY")
                .doesNotContain("canary")
                .hasLineCount(1);
    }

    @Test
    void f66_a_key_that_is_unknown_to_the_provider_turns_the_health_red_before_anybody_calls() throws Exception {
        simulator.close();
        try (RealtimeSimulator other =
                RealtimeSimulator.builder().acceptKeys("another-key").start()) {
            RunningCommand command = serveAt(other);

            HttpResponse<String> red = awaitHealth(command, 503);

            assertThat(red.body()).contains("provider refuses the credentials").doesNotContain(KEY);
            assertThat(console.out() + console.err()).doesNotContain(KEY);
            assertThat(other.calls().created()).isZero();
        }
    }

    @Test
    void f66_a_key_that_the_provider_accepts_later_turns_the_health_green_by_itself() throws Exception {
        simulator.inflict(Misfortune.refuse(401).at(Moment.HANGUP).always());
        RunningCommand command = serve();
        awaitHealth(command, 503);

        simulator.relent();

        assertThat(awaitHealth(command, 200).body()).contains("\"status\":\"up\"");
        assertThat(simulator.calls().created()).isZero();
    }

    /** Asks until the health is this, or the test has taken too long. */
    private HttpResponse<String> awaitHealth(RunningCommand command, int status) throws Exception {
        URI health = URI.create(command.await("listening").path("url").asString() + "health");
        HttpResponse<String> answer;
        do {
            answer = http.send(HttpRequest.newBuilder(health).build(), BodyHandlers.ofString());
        } while (answer.statusCode() != status);
        return answer;
    }

    @Test
    void other_addresses_need_access_control() {
        assertThat(console.run("serve", "--port", "0", "--address", "0.0.0.0")).isEqualTo(2);

        assertThat(console.err()).contains("loopback").hasLineCount(1);
    }

    @Test
    void a_token_beside_an_identity_header_is_refused() {
        console.variable(ServeCommand.TOKEN, "a-token-of-enough-length");

        assertThat(console.run("serve", "--port", "0", "--identity-header", "X-Forwarded-User"))
                .isEqualTo(2);

        assertThat(console.err())
                .contains("--identity-header", ServeCommand.TOKEN)
                .doesNotContain("a-token-of-enough-length")
                .hasLineCount(1);
    }

    private RunningCommand serve(String... options) {
        return serveAt(simulator, options);
    }

    private RunningCommand serveAt(RealtimeSimulator provider, String... options) {
        Stream<String> line = Stream.of(
                "serve", "--port", "0", "--upstream", provider.baseUrl().toString());
        RunningCommand command = RunningCommand.start(
                console, Stream.concat(line, Stream.of(options)).toArray(String[]::new));
        running = Optional.of(command);
        return command;
    }

    private HttpResponse<String> call(String gateway) throws Exception {
        HttpRequest offer = HttpRequest.newBuilder(URI.create(gateway + "calls"))
                .header("Origin", gateway.substring(0, gateway.length() - 1))
                .header("Content-Type", "application/sdp")
                .POST(BodyPublishers.ofString(OFFER))
                .build();
        return http.send(offer, BodyHandlers.ofString());
    }

    private int turnSilence() {
        String session = simulator.calls().all().get(0).session().orElseThrow();
        return JsonLines.parse(session)
                .at("/audio/input/turn_detection/silence_duration_ms")
                .asInt(-1);
    }
}
