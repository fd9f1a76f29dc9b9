package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.testkit.simulator.persona.Reply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A simulated call, from the offer to the hang-up, with sound and events in both directions. */
class CallIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final WebRtcPeer peer = WebRtcPeer.builder().loopbackOnly().start();
    private final WebRtcPeer browsers =
            WebRtcPeer.builder().loopbackOnly().withoutWarmUp().start();
    private final RealtimeSimulator simulator = RealtimeSimulator.builder()
            .media(peer)
            .persona(turn -> Reply.play("la", Tone.sine(1_000, 1_200)))
            .start();
    private final Ear ear = new Ear();
    private final MediaCaller caller = browsers.call(ear);

    @BeforeEach
    void dial() throws Exception {
        HttpResponse<String> answer = post(caller.offer());
        assertThat(answer.statusCode()).isEqualTo(201);
        caller.accept(answer.body());
    }

    private HttpResponse<String> post(String offer) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(simulator.baseUrl() + "/realtime/calls"))
                        .header("Authorization", "Bearer test-key")
                        .header("Content-Type", "application/sdp")
                        .POST(BodyPublishers.ofString(offer))
                        .timeout(SOON)
                        .build(),
                BodyHandlers.ofString());
    }

    @AfterEach
    void close() {
        caller.close();
        simulator.close();
        browsers.close();
    }

    @Test
    void caller_speaks_and_hears_the_answer() {
        ear.awaitConnected();
        ear.awaitEvent("session.created");

        caller.say(Tone.sine(440, 1_000));

        ear.awaitEvent("input_audio_buffer.speech_started");
        assertThat(simulator.calls().last().figures().heard().hertz()).isCloseTo(440, within(10.0));
        ear.awaitEvent("input_audio_buffer.speech_stopped");
        ear.awaitEvent("output_audio_buffer.started");
        Ear.eventually(
                "the tone of the answer",
                () -> Math.abs(caller.figures().heard().hertz() - 1_000) < 10);
        ear.awaitEvent("output_audio_buffer.stopped");
        assertThat(ear.types()).doesNotContain("response.output_audio.delta");
    }
}
