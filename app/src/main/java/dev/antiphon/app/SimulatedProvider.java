package dev.antiphon.app;

import dev.antiphon.app.gateway.JoinDelay;
import dev.antiphon.testkit.media.WebRtcPeer;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.testkit.simulator.persona.Persona;
import dev.antiphon.testkit.simulator.persona.Reply;
import dev.antiphon.testkit.simulator.persona.Turn;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.time.Duration;
import java.util.Locale;
import tools.jackson.core.JacksonException;

/** A simulated server behind the gateway, for trying it without key and network. */
final class SimulatedProvider implements JoinDelay, AutoCloseable {
    private final RealtimeSimulator simulator;

    private SimulatedProvider(RealtimeSimulator simulator) {
        this.simulator = simulator;
    }

    static SimulatedProvider start() {
        return new SimulatedProvider(RealtimeSimulator.builder()
                .persona(new Host())
                .media(WebRtcPeer.start())
                .start());
    }

    RealtimeEndpoint endpoint() {
        return RealtimeEndpoint.builder(simulator.baseUrl().toString())
                .credentials(Credentials.apiKey("simulated"))
                .build();
    }

    @Override
    public void ofNextCall(Duration delay) {
        if (!delay.isZero()) {
            simulator.inflict(
                    Misfortune.delay(delay).at(Moment.UPGRADE).times(1).onSidebands());
        }
    }

    @Override
    public void close() {
        simulator.close();
    }

    /** Answers visitors; asked for the time, it uses the tool that the gateway offers. */
    private static final class Host implements Persona {
        private static final String CLOCK = "current_time";

        private final Persona others = Persona.attentive();

        @Override
        public Reply reply(Turn turn) {
            if (turn.toolOutput().isPresent()) {
                return Reply.say(timeIn(turn.toolOutput().get()));
            } else if (turn.audioHeard().isPresent()) {
                return Reply.say(String.format(
                        Locale.ROOT,
                        "I heard you speak for %.1f seconds. Type a question about the time, and I will ask the"
                                + " gateway's clock.",
                        turn.audioHeard().get().toMillis() / 1000.0));
            }
            String text = turn.userText().orElse("");
            if (text.toLowerCase(Locale.ROOT).contains("time") && turn.tools().contains(CLOCK)) {
                return Reply.call(CLOCK, "{}");
            }
            return others.reply(turn);
        }

        private static String timeIn(String output) {
            try {
                return "The gateway's clock shows "
                        + JsonLines.parse(output).path("time").asString("no time") + ".";
            } catch (JacksonException unreadable) {
                return "The gateway's clock did not answer.";
            }
        }
    }
}
