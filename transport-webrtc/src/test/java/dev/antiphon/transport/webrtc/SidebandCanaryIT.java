package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.simulator.HttpAnswer;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/**
 * Plants secrets in offers, answers and refusals and looks for them, and for call ids, in everything that
 * a sideband says at the level TRACE: log lines with their stack traces, exceptions, {@code toString}, names
 * of threads.
 */
@Timeout(60)
class SidebandCanaryIT {
    private static final String KEY = "sk-canary-0123456789abcdef";
    private static final String INSTRUCTIONS = "canary-instructions";
    private static final String SAID = "canary-said";
    private static final String PASSWORD = "canaryicepassword0123456789";
    private static final String FINGERPRINT = "CA:4A:27:00:CA:4A:27";
    private static final SdpOffer OFFER = new SdpOffer(SidebandFixture.OFFER
            .text()
            .replace("a=ice-pwd:pppp", "a=ice-pwd:" + PASSWORD)
            .replace("AA:BB", FINGERPRINT));
    private static final String QUOTED = KEY + " " + PASSWORD + " " + FINGERPRINT + " " + INSTRUCTIONS;

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<String> shown = Collections.synchronizedList(new ArrayList<>());
    private final SidebandFixture fixture;
    private Level before;
    private Appender<ILoggingEvent> console;

    SidebandCanaryIT() {
        SidebandFixture.Builder builder = new SidebandFixture.Builder();
        builder.credentials = Credentials.apiKey(KEY);
        fixture = builder.start();
    }

    @BeforeEach
    void listen_to_everything() {
        before = root.getLevel();
        log.list = Collections.synchronizedList(new ArrayList<>());
        log.start();
        console = Objects.requireNonNull(root.getAppender("CONSOLE"));
        root.detachAppender(console);
        root.addAppender(log);
        root.setLevel(Level.TRACE);
    }

    @AfterEach
    void nothing_is_left() {
        root.setLevel(before);
        root.detachAppender(log);
        root.addAppender(console);
        fixture.close();
    }

    @Test
    @DisplayName("B20 call that is created, joined, lost, joined again and hung up shows no secret")
    void call_that_is_created_joined_lost_joined_again_and_hung_up_shows_no_secret() {
        fixture.server.joinsNotFound(1);
        fixture.server.inflict(Misfortune.reset().at(Moment.received("conversation.item.create", 1)));

        Conversation conversation = start();
        await(conversation.sendText(SAID).outcome());
        SidebandFixture.until("joined again", () -> conversation.summary().rejoins() == 1);
        conversation.close();
        show(conversation);

        nothingLeaked();
    }

    @Test
    @DisplayName("B20 refusals and answers that quote our secrets keep them to themselves")
    void refusals_and_answers_that_quote_our_secrets_keep_them_to_themselves() {
        for (Misfortune each : List.of(
                Misfortune.refuse(HttpAnswer.error(401, QUOTED, QUOTED).andHeader("X-Request-Id", KEY)),
                Misfortune.refuse(HttpAnswer.error(422, "bad_offer", QUOTED)),
                Misfortune.refuse(HttpAnswer.empty(307).andHeader("Location", "https://h/" + KEY)))) {
            fixture.server.inflict(each.at(Moment.CALL));
            show(start());
        }
        for (Misfortune each : List.of(
                Misfortune.alter(answer -> answer.withBody("<html>" + QUOTED)),
                Misfortune.alter(answer -> answer.withHeader("Content-Type", "text/" + PASSWORD + " " + KEY)),
                Misfortune.alter(answer -> answer.withBody(answer.body().replaceAll("a=fingerprint[^\r]*\r\n", ""))),
                Misfortune.alter(answer -> answer.withHeader("Location", "/elsewhere/" + KEY + "%20")))) {
            fixture.server.inflict(each.at(Moment.CALL_CREATED));
            show(start());
        }
        fixture.server.inflict(
                Misfortune.refuse(HttpAnswer.error(403, QUOTED, QUOTED)).at(Moment.UPGRADE));
        show(start());

        nothingLeaked();
        fixture.expectedLiveCalls = 1;
    }

    @Test
    @DisplayName("B20 call that cannot be hung up is reported without its id")
    void call_that_cannot_be_hung_up_is_reported_without_its_id() {
        fixture.server.inflict(Misfortune.refuse(HttpAnswer.error(500, QUOTED, QUOTED))
                .at(Moment.HANGUP)
                .times(3));
        Conversation conversation = start();
        await(conversation.joined());
        conversation.close();
        show(conversation);
        await(fixture.transport.idle());

        assertThat(fixture.observed.orphans).hasSize(1);
        nothingLeaked();
        fixture.expectedLiveCalls = 1;
    }

    private Conversation start() {
        SessionConfig session = SessionConfig.builder()
                .model("gpt-realtime")
                .instructions(INSTRUCTIONS)
                .build();
        StartRequest request = StartRequest.withOffer(session, OFFER);
        shown.add(request.toString());
        Conversation conversation = fixture.conversations.start(request);
        shown.add(conversation.toString());
        return conversation;
    }

    /** The end of a conversation, with all that it names. */
    private void show(Conversation conversation) {
        Closure closure = end(conversation);
        shown.add(conversation + " " + closure + " " + closure.text() + " " + conversation.summary());
        closure.cause().ifPresent(cause -> {
            StringWriter trace = new StringWriter();
            cause.printStackTrace(new PrintWriter(trace));
            shown.add(trace.toString());
        });
    }

    private void nothingLeaked() {
        await(fixture.transport.idle());
        List<String> secrets = new ArrayList<>(List.of(KEY, INSTRUCTIONS, SAID, PASSWORD, FINGERPRINT));
        fixture.server.calls().all().forEach(call -> {
            secrets.add(call.id());
            call.answer()
                    .lines()
                    .filter(line -> line.matches("a=(ice-pwd|fingerprint):.*"))
                    .forEach(secrets::add);
        });
        fixture.observed.tickets.forEach(ticket -> shown.add(ticket + " " + ticket.call() + " " + ticket.session()));
        fixture.observed.orphans.forEach(orphan -> shown.add(orphan.toString()));
        shown.add(fixture.transport.traits() + " " + endpoint() + " " + SidebandSettings.DEFAULT);
        Thread.getAllStackTraces().keySet().forEach(thread -> shown.add("thread " + thread.getName()));
        for (ILoggingEvent line : List.copyOf(log.list)) {
            String trace =
                    line.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(line.getThrowableProxy());
            shown.add(line.getLoggerName() + " " + line.getFormattedMessage() + " " + trace);
        }
        assertThat(shown).allSatisfy(text -> assertThat(text).doesNotContain(secrets));
    }

    private RealtimeEndpoint endpoint() {
        return RealtimeEndpoint.builder(fixture.server.baseUrl().toString())
                .credentials(Credentials.apiKey(KEY))
                .build();
    }
}
