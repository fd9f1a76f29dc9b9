package dev.antiphon.app;

import dev.antiphon.core.HandoffOutput;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.testkit.simulator.persona.Persona;
import dev.antiphon.testkit.simulator.persona.Reply;
import dev.antiphon.testkit.simulator.persona.Turn;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two conversations with a simulated server, one over each transport. What is shown is checked against
 * the server's own journal: the demonstration fails if it would claim something that is not so.
 */
final class Demo {
    private static final Duration JOIN_DELAY = Duration.ofSeconds(1);
    private static final SessionConfig SESSION = SessionConfig.builder()
            .model("gpt-realtime")
            .instructions("You are a friendly guide. Answer briefly.")
            .voice("marin")
            .build();
    private static final String GREETING = "Good morning! Who is there?";
    private static final List<String> NOTES =
            List.of("The caller's name is Ada.", "She asked for a seat by the window.");
    private static final HandoffOutput SEAT = HandoffOutput.silent("call_seat", "{\"seat\":\"7A\",\"free\":true}");

    private final Timeline timeline;
    private final Switchboard.Factory switchboards;
    private final WavFile speech = WavFile.resource("speech.wav");

    // Guarded by this.
    private @Nullable Talk running;
    private boolean stopped;

    Demo(Timeline timeline, Switchboard.Factory switchboards) {
        this.timeline = timeline;
        this.switchboards = switchboards;
    }

    /** @throws Complaint if something shown was not so */
    void run() throws InterruptedException {
        try (RealtimeSimulator simulator = RealtimeSimulator.builder()
                        .joinDelay(JOIN_DELAY)
                        .persona(new Guide())
                        .seed(1)
                        .start();
                Switchboard switchboard = switchboards.to(endpointOf(simulator))) {
            direct(simulator, switchboard);
            sideband(simulator, switchboard);
            require(simulator.calls().live().isEmpty(), "a call was left behind at the server");
        }
        timeline.plain("");
    }

    /** Ends the demonstration soon; {@link #run} then complains. */
    synchronized void stop() {
        stopped = true;
        if (running != null) {
            running.stop();
        }
    }

    private static RealtimeEndpoint endpointOf(RealtimeSimulator simulator) {
        return RealtimeEndpoint.builder(simulator.baseUrl().toString())
                .credentials(Credentials.apiKey("demo"))
                .build();
    }

    private void direct(RealtimeSimulator simulator, Switchboard switchboard) throws InterruptedException {
        timeline.title("1  Direct WebSocket", "no SDP offer: one connection carries everything");
        TalkPlan plan = new TalkPlan(
                StartRequest.direct(SESSION),
                List.of(GREETING),
                List.of(),
                Optional.of(speech),
                TalkPlan.Order.IN_TURN,
                Optional.empty());
        DemoReport report = hold(plan, switchboard);
        prove(report, 1);
        prove(simulator.connections(Connection.Kind.MODEL).get(0), plan);
    }

    private void sideband(RealtimeSimulator simulator, Switchboard switchboard) throws InterruptedException {
        timeline.title("2  WebRTC with a sideband", "the server holds the join back for 1 s");
        TalkPlan plan = new TalkPlan(
                StartRequest.withOffer(SESSION, Offers.ofNobody()),
                NOTES,
                List.of(SEAT),
                Optional.of(speech),
                TalkPlan.Order.SPOKEN,
                Optional.empty());
        DemoReport report = hold(plan, switchboard);
        prove(report, NOTES.size() + 1);
        prove(simulator.connections(Connection.Kind.SIDEBAND).get(0), plan);
        long answered = report.answeredAt().orElse(Long.MAX_VALUE);
        long live = report.liveAt().orElse(0);
        require(
                live - answered >= JOIN_DELAY.toMillis() / 2,
                "the SDP answer did not come before the join: " + answered + " ms and " + live + " ms");
        timeline.title("The point", "");
        timeline.bar("answer", timeline.ink()::good, answered, live);
        timeline.bar("join", timeline.ink()::accent, live, live);
        timeline.plain("");
        timeline.paragraph("The browser had its SDP answer " + (live - answered)
                + " ms before our control socket stood. What was said in between waited, and was delivered once and"
                + " in order.");
    }

    private DemoReport hold(TalkPlan plan, Switchboard switchboard) throws InterruptedException {
        DemoReport report = new DemoReport(timeline, new Stopwatch());
        Talk talk = new Talk(plan, report);
        synchronized (this) {
            running = talk;
            if (stopped) {
                talk.stop();
            }
        }
        Optional<String> failure =
                talk.run(listener -> switchboard.conversations().start(plan.start(), listener));
        synchronized (this) {
            require(!stopped, "stopped before the end");
        }
        failure.ifPresent(reason -> {
            throw Complaint.failed("the demonstration failed: " + reason);
        });
        return report;
    }

    private static void prove(DemoReport report, int items) {
        require(report.allAcknowledged(items), "not every item was acknowledged by the server");
        require(!report.replies().isEmpty(), "no transcript of a reply came back");
        require(report.sound().bytes() > 0 && report.sound().dbfs() > -60, "no audible reply came back");
    }

    /** The server's journal must show what was said, whole, once and in order. */
    private void prove(Connection connection, TalkPlan plan) {
        WireProof proof = WireProof.of(connection);
        List<String> outputs =
                plan.handoffs().stream().map(HandoffOutput::output).toList();
        byte[] spoken = Microphone.recordingWithSilence(speech);
        require(
                proof.shows(plan.texts(), outputs, spoken),
                "the server's journal shows something else than what was said: " + proof);
        timeline.note(
                "proof",
                timeline.ink()::good,
                "the server got session.update first, then " + proof
                        + ", each once and in order, the audio byte for byte");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw Complaint.failed("the demonstration failed: " + otherwise);
        }
    }

    /** Tells what the server knows when it answers. */
    private static final class Guide implements Persona {
        @Override
        public Reply reply(Turn turn) {
            if (turn.audioHeard().isEmpty()) {
                return Reply.say("Good morning! This is the simulated assistant.");
            }
            String heard = String.format(
                    Locale.ROOT,
                    "I heard %.1f seconds of audio.",
                    turn.audioHeard().get().toMillis() / 1000.0);
            return Reply.say(heard + " There were " + (turn.items() - 1) + " items before it.");
        }
    }
}
