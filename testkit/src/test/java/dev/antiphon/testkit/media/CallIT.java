package dev.antiphon.testkit.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.antiphon.testkit.ThreadCensus;
import dev.antiphon.testkit.simulator.Call;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.JsonView;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.testkit.simulator.persona.Reply;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Simulated calls, from the offer to the end, with sound and events in both directions. */
class CallIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String RESPOND = "{\"type\":\"response.create\"}";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Ear ear = new Ear();
    private RealtimeSimulator simulator = simulator(WebRtcPeer.builder());

    private RealtimeSimulator simulator(WebRtcPeer.Builder peer) {
        return simulator(peer.loopbackOnly().start());
    }

    private RealtimeSimulator simulator(WebRtcPeer peer) {
        RealtimeSimulator started = RealtimeSimulator.builder()
                .media(peer)
                .persona(turn -> Reply.play("la", Tone.sine(1_000, 1_600)))
                .start();
        open.add(0, started);
        return started;
    }

    /** Puts another simulator in the place of the usual one. */
    private void use(WebRtcPeer.Builder peer) {
        simulator.close();
        simulator = simulator(peer);
    }

    private MediaCaller caller(WebRtcPeer.Builder builder) {
        WebRtcPeer browser = builder.withoutWarmUp().start();
        open.add(0, browser);
        MediaCaller caller = browser.call(ear);
        open.add(0, caller);
        return caller;
    }

    private MediaCaller dial() throws Exception {
        MediaCaller caller = caller(WebRtcPeer.builder().loopbackOnly());
        dial(caller, caller.offer());
        return caller;
    }

    private void dial(MediaCaller caller, String offer) throws IOException, InterruptedException {
        HttpResponse<String> answer = post("/realtime/calls", offer);
        assertThat(answer.statusCode()).isEqualTo(201);
        caller.accept(answer.body());
    }

    private MediaCaller talk() throws Exception {
        MediaCaller caller = dial();
        ear.awaitEvent("session.created");
        return caller;
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(simulator.baseUrl() + path))
                        .header("Authorization", "Bearer test-key")
                        .header("Content-Type", "application/sdp")
                        .POST(BodyPublishers.ofString(body))
                        .timeout(SOON)
                        .build(),
                BodyHandlers.ofString());
    }

    private Call call() {
        return simulator.calls().last();
    }

    private void awaitEnd(Call.State state) {
        simulator
                .journal()
                .await(
                        "end of the call",
                        entry -> entry.kind() == JournalEntry.Kind.CALL_ENDED
                                && entry.type().equals(state.toString()),
                        SOON);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void caller_speaks_and_hears_the_answer() throws Exception {
        MediaCaller caller = talk();

        caller.say(Tone.sine(440, 1_000));

        ear.awaitEvent("input_audio_buffer.speech_started");
        assertThat(call().figures().heard().hertz()).isCloseTo(440, within(10.0));
        ear.awaitEvent("input_audio_buffer.speech_stopped");
        ear.awaitEvent("output_audio_buffer.started");
        Ear.eventually(
                "the tone of the answer",
                () -> Math.abs(caller.figures().heard().hertz() - 1_000) < 10);
        ear.awaitEvent("output_audio_buffer.stopped");
        assertThat(ear.types()).doesNotContain("response.output_audio.delta");
        assertThat(call().figures().received().lost()).isZero();
        assertThat(call().figures().refused()).isZero();
    }

    @Test
    void end_of_the_sound_is_reported_when_it_has_been_heard() throws Exception {
        MediaCaller caller = talk();
        caller.send(RESPOND);
        ear.awaitEvent("response.done");
        assertThat(ear.types()).doesNotContain("output_audio_buffer.stopped");

        ear.awaitEvent("output_audio_buffer.stopped");

        assertThat(call().figures().sent().packets()).isGreaterThan(1_600 / 20);
    }

    @Test
    void speech_interrupts_the_answer_and_the_rest_of_it_is_not_heard() throws Exception {
        MediaCaller caller = talk();
        caller.send(RESPOND);
        Ear.eventually(
                "the tone of the answer",
                () -> Math.abs(caller.figures().heard().hertz() - 1_000) < 10);

        caller.say(Tone.sine(440, 400));

        ear.awaitEvent("output_audio_buffer.cleared");
        Ear.eventually("silence", () -> caller.figures().heard().decibels() < -60);
    }

    @Test
    void sideband_and_data_channel_see_the_same_events() throws Exception {
        MediaCaller caller = talk();
        List<String> sideband = new ArrayList<>();
        WebSocket socket = HTTP.newWebSocketBuilder()
                .header("Authorization", "Bearer test-key")
                .buildAsync(URI.create(simulator.webSocketUrl() + "?call_id=" + call().id()), new WebSocket.Listener() {
                    private final StringBuilder partial = new StringBuilder();

                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                        partial.append(data);
                        if (last) {
                            synchronized (sideband) {
                                sideband.add(partial.toString());
                            }
                            partial.setLength(0);
                        }
                        return WebSocket.Listener.super.onText(from, data, last);
                    }
                })
                .join();

        caller.send("{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"instructions\":\"Sing.\"}}");

        JsonView updated = ear.awaitEvent("session.updated");
        Ear.eventually("the sideband's event", () -> {
            synchronized (sideband) {
                return !sideband.isEmpty();
            }
        });
        assertThat(JsonView.parse(sideband.get(0))).isEqualTo(updated);
        assertThat(updated.text("session.instructions")).isEqualTo("Sing.");
        socket.abort();
    }

    @Test
    void large_event_arrives_whole_and_one_beyond_the_limit_is_not_sent() throws Exception {
        MediaCaller caller = talk();
        String large = "x".repeat(200_000);
        caller.send(
                "{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\",\"instructions\":\"" + large + "\"}}");
        assertThat(ear.awaitEvent("session.updated").text("session.instructions"))
                .isEqualTo(large);

        caller.send(
                "{\"type\":\"conversation.item.create\",\"item\":{\"id\":\"i\",\"type\":\"message\",\"role\":\"user\","
                        + "\"content\":[{\"type\":\"input_text\",\"text\":\"" + large + large + "\"}]}}");

        simulator
                .journal()
                .await(
                        "the event that is too long",
                        entry -> entry.kind() == JournalEntry.Kind.PROTOCOL_ERROR
                                && entry.type().contains("max-message-size"),
                        SOON);
    }

    @Test
    void what_is_no_event_gets_an_error() throws Exception {
        MediaCaller caller = talk();

        caller.send("not json");

        assertThat(ear.awaitEvent("error").text("error.type")).isEqualTo("invalid_request_error");
    }

    @Test
    void hang_up_by_the_server_is_seen_at_once() throws Exception {
        talk();

        assertThat(post("/realtime/calls/" + call().id() + "/hangup", "").statusCode())
                .isEqualTo(200);

        ear.awaitChannelClosed();
        ear.awaitEnd();
        assertThat(call().state()).isEqualTo(Call.State.HUNG_UP);
    }

    @Test
    void caller_who_hangs_up_ends_the_call() throws Exception {
        MediaCaller caller = talk();

        caller.close();

        awaitEnd(Call.State.LEFT);
    }

    @Test
    void caller_who_vanishes_ends_the_call_when_consent_expires() throws Exception {
        use(WebRtcPeer.builder().consentTimeout(Duration.ofSeconds(3)));
        MediaCaller caller = talk();
        long start = System.nanoTime();

        caller.vanish();

        awaitEnd(Call.State.LEFT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(400));
    }

    @Test
    void caller_with_another_certificate_than_announced_is_refused() throws Exception {
        MediaCaller caller = caller(WebRtcPeer.builder().loopbackOnly());
        String announced = Identity.create().fingerprint().toString();

        dial(caller, caller.offer().replaceAll("a=fingerprint:.*", "a=fingerprint:" + announced));

        JournalEntry end = simulator.journal().await(JournalEntry.Kind.MEDIA_ENDED, SOON);
        assertThat(end.type()).contains("DTLS");
        awaitEnd(Call.State.LEFT);
        assertThat(call().figures().secured()).isEmpty();
    }

    @Test
    void answer_with_another_certificate_than_used_is_refused_by_the_caller() throws Exception {
        MediaCaller caller = caller(WebRtcPeer.builder().loopbackOnly());
        String answer = post("/realtime/calls", caller.offer()).body();
        String announced = Identity.create().fingerprint().toString();

        caller.accept(answer.replaceAll("a=fingerprint:.*", "a=fingerprint:" + announced));

        assertThat(ear.awaitEnd()).contains("DTLS");
        assertThat(caller.isConnected()).isFalse();
    }

    @Test
    void call_survives_a_bad_network() throws Exception {
        use(WebRtcPeer.builder().impairment(Impairment.losing(0.1).withJitter(Duration.ofMillis(30))));
        MediaCaller caller = talk();

        caller.say(Tone.sine(440, 1_500));

        ear.awaitEvent("input_audio_buffer.speech_started");
        Ear.eventually(
                "the tone of the answer",
                () -> Math.abs(caller.figures().heard().hertz() - 1_000) < 15);
        Ear.eventually(
                "losses that were noticed", () -> call().figures().received().lost() > 0);
    }

    @Test
    void delay_of_the_network_shows_in_the_round_trip() throws Exception {
        use(WebRtcPeer.builder().impairment(Impairment.delaying(Duration.ofMillis(100))));

        talk();

        Ear.eventually(
                "a round trip",
                () -> call().figures().roundTrip().orElse(Duration.ZERO).compareTo(Duration.ofMillis(200)) >= 0);
    }

    @Test
    void caller_may_begin_the_handshake() throws Exception {
        use(WebRtcPeer.builder().dtlsPassive());

        talk();

        assertThat(call().answer()).contains("a=setup:passive");
        assertThat(call().figures().secured()).isPresent();
    }

    @Test
    void call_over_ipv6() throws Exception {
        InetAddress loopback = InetAddress.getByAddress(Hex.bytes("00000000 00000000 00000000 00000001"));
        simulator.close();
        simulator = RealtimeSimulator.builder()
                .media(WebRtcPeer.builder().addresses(loopback).start())
                .start();
        open.add(0, simulator);
        MediaCaller caller = caller(WebRtcPeer.builder().addresses(loopback));

        dial(caller, caller.offer());

        ear.awaitEvent("session.created");
    }

    @Test
    void offer_without_opus_gets_400() throws Exception {
        MediaCaller caller = caller(WebRtcPeer.builder().loopbackOnly());

        HttpResponse<String> refusal = post("/realtime/calls", caller.offer().replace("opus/48000", "L16/48000"));

        assertThat(refusal.statusCode()).isEqualTo(400);
        assertThat(JsonView.parse(refusal.body()).text("error.code")).isEqualTo("invalid_offer");
        assertThat(simulator.calls().all()).isEmpty();
    }

    @Test
    void nothing_is_left_after_the_end() throws Exception {
        close();
        open.clear();
        ThreadCensus before = ThreadCensus.now();
        simulator = simulator(WebRtcPeer.builder());
        talk();

        close();

        assertThat(before.awaitGone(SOON, thread -> thread.getName().startsWith("HttpClient")))
                .isEmpty();
    }
}
