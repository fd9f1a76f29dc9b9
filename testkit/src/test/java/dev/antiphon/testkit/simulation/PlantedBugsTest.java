package dev.antiphon.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.ConversationSlot;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.Response;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.InMemoryTransport;
import dev.antiphon.testkit.ManualExecutor;
import dev.antiphon.testkit.ManualScheduler;
import dev.antiphon.testkit.history.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Every planted bug is found: by a promise that a seed of the simulation breaks, or by a scenario of its
 * own. The list of them stands in {@code docs/proofs.md}.
 */
@Tag("long")
class PlantedBugsTest {
    private static final int MAX_SEEDS = 10_000;
    private static final Pattern CONTENT = Pattern.compile("c\\d+/[th]\\d+|rtc_\\d|v=0|item_[a-z0-9]+_");
    private static final Path DOCUMENT = Path.of("..", "docs", "proofs.md");

    @Test
    void without_a_bug_the_scenarios_find_nothing() {
        assertThat(truncation(null)).isEmpty();
        assertThat(replacement(false)).isEmpty();
        assertThat(repetition(null)).isEmpty();
        assertThat(logs(null)).isEmpty();
    }

    @Test
    void every_planted_bug_is_found_and_documented() throws IOException {
        List<String> rows = new ArrayList<>();
        for (PlantedBug bug : PlantedBug.values()) {
            Optional<Finding> finding = finding(bug);
            assertThat(finding).as("%s: %s", bug, bug.what()).isPresent();

            System.out.println(bug + ": " + finding.get());
            rows.add("| " + (bug.seedId().isEmpty() ? "" : bug.seedId() + " ") + "| " + bug.what() + " | "
                    + finding.get().by() + " |");
        }

        assertThat(rows).hasSizeGreaterThanOrEqualTo(36);
        assertThat(Files.readAllLines(DOCUMENT)).as("rows of %s", DOCUMENT).containsSubsequence(rows);
    }

    /**
     * What found a bug.
     *
     * @param by the same in every version of the engine
     * @param how in this one
     */
    private record Finding(String by, String how) {
        @Override
        public String toString() {
            return by + " (" + how + ")";
        }
    }

    private static Optional<Finding> finding(PlantedBug bug) {
        return switch (bug) {
            case TRUNCATED_AT_RECEIVED -> truncation(bug);
            case REPLACED_WITHOUT_END -> replacement(true);
            case WALL_CLOCK -> repetition(bug);
            case CONTENT_IN_LOGS -> logs(bug);
            default -> simulation(bug);
        };
    }

    private static Simulation simulated(@Nullable PlantedBug bug) {
        return bug == null
                ? new Simulation(bench -> new SimulatedTransport(bench.network(), bench.ledger()))
                : new Simulation(bench -> new BuggyTransport(bug, bench), new BuggyLayer(bug));
    }

    private static Optional<Finding> simulation(PlantedBug bug) {
        Simulation simulation = simulated(bug);
        for (long seed = 1; seed <= MAX_SEEDS; seed++) {
            for (Violation violation : simulation.run(seed).violations()) {
                if (violation.guarantee() == bug.breaks()) {
                    return Optional.of(new Finding(
                            "simulation, " + violation.guarantee(), "seed " + seed + ": " + violation.what()));
                }
            }
        }
        return Optional.empty();
    }

    /** Equal seeds must have equal histories. */
    private static Optional<Finding> repetition(@Nullable PlantedBug bug) {
        Simulation simulation = simulated(bug);
        for (long seed = 1; seed <= 50; seed++) {
            String once = simulation.run(seed).history().hash();
            if (!once.equals(simulation.run(seed).history().hash())) {
                return Optional.of(new Finding("simulation, equal histories of equal seeds", "seed " + seed));
            }
        }
        return Optional.empty();
    }

    /** Nothing that was said, no SDP and no call id may be logged, at any level. */
    private static Optional<Finding> logs(@Nullable PlantedBug bug) {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.antiphon");
        Logger core = (Logger) LoggerFactory.getLogger("dev.antiphon.core");
        Level before = core.getLevel();
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        written.start();
        logger.addAppender(written);
        logger.setLevel(Level.TRACE);
        logger.setAdditive(false);
        core.setLevel(Level.TRACE);
        try {
            for (long seed = 1; seed <= 100; seed++) {
                simulated(bug).run(seed);
            }
        } finally {
            logger.detachAppender(written);
            logger.setLevel(null);
            logger.setAdditive(true);
            core.setLevel(before);
        }
        return written.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(message -> CONTENT.matcher(message).find())
                .findFirst()
                .map(message -> new Finding("simulation, nothing said is logged", "100 seeds at TRACE"));
    }

    /** A caller who heard 200 ms of a second interrupts. */
    private static Optional<Finding> truncation(@Nullable PlantedBug bug) {
        InMemoryTransport transport = InMemoryTransport.create();
        Conversation real = over(transport).start(StartRequest.direct(ClientSays.session("c1")));
        Conversation conversation = bug == null ? real : new BuggyLayer(bug).around(real, new SimulatedWorld(1));
        Envelope envelope = Envelope.of("response.output_audio.delta", "", new RawJson("{}"));
        transport
                .server()
                .socket()
                .send(
                        new ResponseEvent.Created(
                                Envelope.of("response.created", "", new RawJson("{}")),
                                new Response(
                                        "r", "in_progress", "", "", List.of(), Optional.empty(), new RawJson("{}"))),
                        new ResponseEvent.OutputAudioDelta(
                                envelope, "r", "item", 0, 0, AudioData.of(new byte[48_000])));

        var unused = conversation.interrupt(Duration.ofMillis(200));

        return transport.server().socket().received().stream()
                .filter(ClientEvent.ConversationItemTruncate.class::isInstance)
                .map(ClientEvent.ConversationItemTruncate.class::cast)
                .filter(truncate -> truncate.audioEndMillis() != 200)
                .findFirst()
                .map(truncate ->
                        new Finding("PlantedBugsTest, truncation", truncate.audioEndMillis() + " ms of 200 heard"));
    }

    /** A second start takes the place of the first. */
    private static Optional<Finding> replacement(boolean forgetful) {
        RealtimeConversations conversations = over(InMemoryTransport.create());
        ConversationSlot slot = new ConversationSlot(conversations);
        List<Closure> ends = new ArrayList<>();
        boolean[] replaced = new boolean[1];
        var unusedFirst = slot.start(StartRequest.direct(ClientSays.session("c1")), new ConversationListener() {
            @Override
            public void onClosed(Closure closure) {
                if (!forgetful || !replaced[0]) {
                    ends.add(closure);
                }
            }
        });
        replaced[0] = true;
        var unusedSecond = slot.start(StartRequest.direct(ClientSays.session("c2")), new ConversationListener() {});

        return ends.isEmpty()
                ? Optional.of(new Finding("PlantedBugsTest, replacement", "no end was heard"))
                : Optional.empty();
    }

    private static RealtimeConversations over(InMemoryTransport transport) {
        return RealtimeConversations.builder()
                .direct(transport)
                .scheduler(new ManualScheduler())
                .listenerExecutor(Runnable::run)
                .stageExecutor(new ManualExecutor())
                .build();
    }
}
