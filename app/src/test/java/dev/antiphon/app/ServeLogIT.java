package dev.antiphon.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.HttpAnswer;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a gateway writes for its operator when it is told to write everything. */
@Timeout(90)
class ServeLogIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String KEY = "sk-canary-0123456789abcdef";
    private static final String TOKEN = "canary-token-of-the-visitor";
    private static final String WRONG = "canary-token-that-is-wrong";
    private static final String SAID = "canary-of-what-was-said";
    private static final String INSTRUCTIONS = "canary-instructions";
    private static final String QUOTED = KEY + " " + SAID + " " + ServeProcess.PASSWORD;

    @Test
    @DisplayName("B20 a gateway that logs at TRACE shows no secret: key, tokens, offer, answer, words, ids of calls")
    void b20_a_gateway_that_logs_everything_shows_no_secret() throws Exception {
        try (RealtimeSimulator simulator =
                        RealtimeSimulator.builder().acceptKeys(KEY).unpaced().start();
                ServeProcess gateway = ServeProcess.start(
                        simulator,
                        Map.of(ApiKey.VARIABLE, KEY, ServeCommand.TOKEN, TOKEN, "ANTIPHON_LOG", "TRACE"),
                        "--instructions",
                        INSTRUCTIONS)) {
            List<String> secrets = new ArrayList<>(List.of(KEY, TOKEN, WRONG, SAID, INSTRUCTIONS, "rtc_"));
            secrets.addAll(ServeProcess.OFFERED_SECRETS);
            String call = gateway.call();
            gateway.say(call, SAID);
            simulator.awaitConnection(Connection.Kind.SIDEBAND, SOON).awaitSent("response.done", SOON);
            assertThat(gateway.get("/calls/" + SAID + "/events").statusCode()).isEqualTo(404);
            assertThat(gateway.offerAs(WRONG).statusCode()).isEqualTo(401);
            simulator.inflict(
                    Misfortune.refuse(HttpAnswer.error(401, QUOTED, QUOTED)).at(Moment.CALL));
            assertThat(gateway.offerAsync().get(20, TimeUnit.SECONDS).statusCode())
                    .isEqualTo(502);
            simulator.inflict(
                    Misfortune.alter(answer -> answer.withBody(QUOTED)).at(Moment.CALL_CREATED));
            assertThat(gateway.offerAsync().get(20, TimeUnit.SECONDS).statusCode())
                    .isEqualTo(502);
            simulator.inflict(Misfortune.refuse(HttpAnswer.error(500, QUOTED, QUOTED))
                    .at(Moment.HANGUP)
                    .always());

            gateway.terminate();

            secrets.add(call.substring(call.lastIndexOf('/') + 1));
            simulator
                    .calls()
                    .all()
                    .get(0)
                    .answer()
                    .lines()
                    .filter(line -> line.matches("a=(ice-pwd|fingerprint):.*"))
                    .forEach(secrets::add);
            List<String> log = gateway.errors();
            assertThat(log)
                    .hasSizeGreaterThan(20)
                    .anyMatch(line -> line.contains(" TRACE ") || line.contains(" DEBUG "));
            assertThat(log).allSatisfy(line -> assertThat(line).doesNotContain(secrets));
        }
    }
}
