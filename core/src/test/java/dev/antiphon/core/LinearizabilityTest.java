package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Item;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.util.LoggingLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Lanes, receipts and phases of the real engine under every interleaving that Lincheck's model checker
 * tries: each history must be one that some order of the same calls gives on one thread.
 * {@code -Dantiphon.lincheck.scenarios} and {@code -Dantiphon.lincheck.invocations} try more.
 */
@Tag("long")
class LinearizabilityTest {
    private static final int SCENARIOS = Integer.getInteger("antiphon.lincheck.scenarios", 3);
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.antiphon.core");
    private static final List<Class<?>> SCENERY =
            List.of(ManualScheduler.class, Stand.class, Events.class, RealtimeConversations.Builder.class);
    private static final ConversationListener NOBODY = new ConversationListener() {};
    private static final int INVOCATIONS = Integer.getInteger("antiphon.lincheck.invocations", 20);

    /** Events that come too late are worth a line elsewhere, not thousands here. */
    @BeforeAll
    static void logNothing() {
        LOG.setLevel(Level.OFF);
        System.setProperty("lincheck.logLevel", "OFF");
    }

    @AfterAll
    static void logAgain() {
        LOG.setLevel(null);
    }

    @Test
    void lanes_refuse_or_settle_whatever_races_with_the_end() {
        check(Lanes.class, SCENARIOS, INVOCATIONS);
    }

    @Test
    void a_receipt_is_settled_once() {
        check(Receipts.class, SCENARIOS, INVOCATIONS);
    }

    @Test
    void phases_have_one_order() {
        check(Phases.class, SCENARIOS, INVOCATIONS);
    }

    /** What the checker must find, or it proves nothing. */
    @Nested
    class PlantedRaces {
        @Test
        void accepted_after_the_lane_was_emptied() {
            assertFound(AcceptAfterDrain.class);
        }

        @Test
        void completed_twice() {
            assertFound(DoubleCompletion.class);
        }

        @Test
        void a_join_that_passes_a_stop() {
            assertFound(StopVersusJoin.class);
        }

        private void assertFound(Class<?> racy) {
            assertThatThrownBy(() -> check(racy, 20, 500)).isInstanceOf(LincheckAssertionError.class);
        }
    }

    private static void check(Class<?> subject, int scenarios, int invocations) {
        new ModelCheckingOptions()
                .iterations(scenarios)
                .invocationsPerIteration(invocations)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .minimizeFailedScenario(false)
                .addGuarantee(forClasses(LinearizabilityTest::isCollection)
                        .methods(LinearizabilityTest::callsNobody)
                        .treatAsAtomic())
                .addGuarantee(
                        forClasses(LinearizabilityTest::isScenery).allMethods().ignore())
                .logLevel(LoggingLevel.OFF)
                .check(subject);
    }

    /** Collections have locks of others, so switching inside of them shows nothing and costs most of the time. */
    private static boolean isCollection(String className) {
        return className.startsWith("java.util.")
                && !className.startsWith("java.util.concurrent.")
                && !className.startsWith("java.util.function.");
    }

    /** Not the methods that call back: what they call is what is tested. */
    private static boolean callsNobody(String methodName) {
        return !methodName.equals("forEach") && !methodName.startsWith("ifPresent");
    }

    /** Values and the scaffold of the test have no state that two threads share. */
    private static boolean isScenery(String className) {
        return className.startsWith("dev.antiphon.core.model.")
                || SCENERY.stream().anyMatch(each -> className.equals(each.getName()));
    }

    // ------------------------------------------------------------------ the real engine

    /** A lane of two items, and the end. */
    public static class Lanes {
        private final Conversation conversation = new Wire().start(NOBODY);

        @Operation
        public boolean send() {
            return conversation.sendText("text").isAccepted();
        }

        @Operation
        public void close() {
            conversation.close();
        }

        @Operation
        public long pendingAfterTheEnd() {
            return conversation.phase() == Phase.CLOSED
                    ? conversation.summary().texts().pending()
                    : 0;
        }
    }

    /** One item that was written, and everything that may settle it. */
    public static class Receipts {
        private final Wire wire = new Wire();
        private final Conversation conversation = wire.start(NOBODY);
        private final Receipt receipt;

        public Receipts() {
            wire.stand();
            receipt = conversation.sendText("text");
        }

        @Operation
        public void confirm() {
            wire.listener().onEvent(Events.added(new Item.Reference(receipt.itemId())));
        }

        @Operation
        public void reject() {
            wire.listener().onEvent(Events.error("bad", receipt.eventId()));
        }

        @Operation
        public void lose() {
            wire.listener().onJoining(1);
        }

        @Operation
        public void close() {
            conversation.close();
        }

        @Operation
        public String outcome() {
            ConversationSummary.Items items = conversation.summary().texts();
            return items.acknowledged() + " " + items.rejected() + " " + items.notSent() + " " + items.unknown();
        }
    }

    /** A conversation that is joined, lost and stopped. */
    public static class Phases {
        private final Wire wire = new Wire();
        private final Conversation conversation = wire.start(NOBODY);

        @Operation
        public void joined() {
            wire.stand();
        }

        @Operation
        public void lost() {
            wire.listener().onJoining(1);
        }

        @Operation
        public void stop() {
            conversation.close();
        }

        @Operation
        public void cut() {
            wire.listener().onClosed(Closure.byServer(1011, "", true));
        }

        /** A stop has two steps, CLOSING and CLOSED; both are the end. */
        @Operation
        public Phase phase() {
            Phase phase = conversation.phase();
            return phase == Phase.CLOSING ? Phase.CLOSED : phase;
        }
    }

    // ------------------------------------------------------------------ planted races

    /** Looks whether it is closed, then takes the item: the lane may have been emptied in between. */
    public static class AcceptAfterDrain {
        private volatile boolean closed;
        private final AtomicInteger waiting = new AtomicInteger();

        @Operation
        public boolean send() {
            if (closed) {
                return false;
            }
            waiting.incrementAndGet();
            return true;
        }

        @Operation
        public void close() {
            closed = true;
            waiting.set(0);
        }

        @Operation
        public long pendingAfterTheEnd() {
            return closed ? waiting.get() : 0;
        }
    }

    /** Looks whether it is settled, then settles: two may have looked. */
    public static class DoubleCompletion {
        private volatile boolean settled;
        private final AtomicInteger outcomes = new AtomicInteger();

        @Operation
        public void confirm() {
            settle();
        }

        @Operation
        public void lose() {
            settle();
        }

        private void settle() {
            if (!settled) {
                settled = true;
                outcomes.incrementAndGet();
            }
        }

        @Operation
        public int outcome() {
            return outcomes.get();
        }
    }

    /** Looks whether it was stopped, then goes live: a stop in between is forgotten. */
    public static class StopVersusJoin {
        private volatile Phase phase = Phase.JOINING;

        @Operation
        public void joined() {
            if (phase != Phase.CLOSED) {
                phase = Phase.LIVE;
            }
        }

        @Operation
        public void stop() {
            phase = Phase.CLOSED;
        }

        @Operation
        public Phase phase() {
            return phase;
        }
    }
}
