package dev.antiphon.testkit.simulation;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationLimits;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.testkit.history.History;
import dev.antiphon.testkit.history.HistoryChecker;
import dev.antiphon.testkit.history.HistoryEntry;
import dev.antiphon.testkit.history.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs conversations of the real engine over an adapter, in a world that a seed decides, until at
 * least five troubles have struck, and has their history checked. Equal seeds give equal histories.
 *
 * <pre>{@code
 * Simulation simulation = new Simulation(bench -> new MyTransport(bench.network(), …));
 * simulation.check(4711);
 * }</pre>
 */
public final class Simulation {
    private static final int ENOUGH_TROUBLES = 5;
    private static final int MAX_CONVERSATIONS = 24;
    private static final int MAX_STEPS = 200_000;

    private final Adapter adapter;
    private final Layer layer;

    /** Makes the transport under test for one run. */
    @FunctionalInterface
    public interface Adapter {
        RealtimeTransport transport(Bench bench);
    }

    /** Hears from an adapter what only it knows. */
    @FunctionalInterface
    public interface Ledger {
        /** A call of this conversation may have been left behind. */
        void possibleOrphan(String conversation);
    }

    /**
     * What an adapter is connected to.
     *
     * @param world time and chance; everything asynchronous has to run here
     * @param network the other side
     * @param history where an adapter's own wire writes its journal
     * @param ledger hears what the adapter reports
     */
    public record Bench(SimulatedWorld world, SimulatedNetwork network, History history, Ledger ledger) {}

    /**
     * What a seed led to.
     *
     * @param history of all its conversations
     * @param violations promises that were broken
     * @param troubles what struck, and how often
     */
    public record Run(long seed, History history, List<Violation> violations, Map<Trouble, Integer> troubles) {
        /** How many troubles struck. */
        public int troubleCount() {
            return troubles.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    /** What an application puts around the engine, so that it is tested too. */
    public interface Layer {
        /** Nothing. */
        Layer NONE = new Layer() {};

        /** Settings of the engine; transports, time and executors are the simulation's. */
        default RealtimeConversations.Builder settings(RealtimeConversations.Builder builder) {
            return builder;
        }

        /** What the application uses instead of the conversation. */
        default Conversation around(Conversation conversation, SimulatedWorld world) {
            return conversation;
        }

        /** What hears the conversation instead of the application. */
        default ConversationListener around(ConversationListener listener, SimulatedWorld world) {
            return listener;
        }
    }

    /** A simulation of the engine over this adapter. */
    public Simulation(Adapter adapter) {
        this(adapter, Layer.NONE);
    }

    /** A simulation of the engine over this adapter and under this layer. */
    public Simulation(Adapter adapter, Layer layer) {
        this.adapter = adapter;
        this.layer = layer;
    }

    /** The conversation that a start belongs to. */
    public static String nameOf(StartRequest start) {
        return start.session().model().orElseThrow();
    }

    /**
     * Runs a seed.
     *
     * @throws AssertionError if a promise was broken, with the seed and the history
     */
    public Run check(long seed) {
        Run run = run(seed);
        if (!run.violations().isEmpty()) {
            StringBuilder text = new StringBuilder("seed " + seed + " breaks promises:\n");
            run.violations()
                    .forEach(violation -> text.append("  ").append(violation).append('\n'));
            text.append("run it again with -Dantiphon.simulation.seeds=1 -Dantiphon.simulation.first=")
                    .append(seed)
                    .append('\n');
            throw new AssertionError(text.append("troubles: ")
                    .append(run.troubles())
                    .append("\nhistory:\n")
                    .append(run.history()));
        }
        return run;
    }

    /** Runs a seed and judges nothing but its history. */
    public Run run(long seed) {
        SimulatedWorld world = new SimulatedWorld(seed);
        History history = new History(world::nanoTime);
        Troubles troubles = new Troubles(world);
        SimulatedNetwork network = new SimulatedNetwork(world, history, troubles);
        RealtimeTransport transport = adapter.transport(new Bench(
                world, network, history, conversation -> history.add(new HistoryEntry.OrphanReported(conversation))));
        SimulatedWorld.Clock engineTime = world.clock();
        RealtimeConversations conversations = layer.settings(RealtimeConversations.builder())
                .selector(start -> new TransportChoice(transport, "the one under test"))
                .limits(limits(world))
                .scheduler(engineTime)
                .listenerExecutor(world.pool())
                .stageExecutor(world.pool())
                .build();
        List<SimulatedCaller> callers = new ArrayList<>();
        while (callers.size() < MAX_CONVERSATIONS && (callers.isEmpty() || troubles.total() < ENOUGH_TROUBLES)) {
            converse(world, history, troubles, conversations, callers);
            if (engineTime.pending() > 0) {
                String last = "c" + callers.size();
                history.add(new HistoryEntry.LeftOver(last, "timers of the engine", engineTime.pending()));
            }
        }
        drain(world);
        callers.forEach(SimulatedCaller::finish);
        drain(world);
        return new Run(seed, history, HistoryChecker.violations(history), troubles.struck());
    }

    /** Two conversations side by side, until both are over or nothing happens any more. */
    private void converse(
            SimulatedWorld world,
            History history,
            Troubles troubles,
            RealtimeConversations conversations,
            List<SimulatedCaller> callers) {
        List<SimulatedCaller> pair = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            SimulatedCaller caller = new SimulatedCaller(world, history, troubles, layer, "c" + (callers.size() + 1));
            callers.add(caller);
            pair.add(caller);
            caller.start(conversations);
        }
        int steps = 0;
        while (!pair.stream().allMatch(SimulatedCaller::isOver) && steps++ < MAX_STEPS) {
            if (!world.step()) {
                return;
            }
        }
    }

    private static void drain(SimulatedWorld world) {
        int steps = 0;
        while (steps++ < MAX_STEPS && world.step()) {
            // Hang-ups and the last tasks.
        }
    }

    private static ConversationLimits limits(SimulatedWorld world) {
        ConversationLimits.WhenFull whenFull = Stream.of(
                        ConversationLimits.WhenFull.refuse(),
                        ConversationLimits.WhenFull.refuse(),
                        ConversationLimits.WhenFull.dropOldest(),
                        ConversationLimits.WhenFull.dropNewest())
                .toList()
                .get(world.between(0, 3));
        return ConversationLimits.DEFAULT
                .withLanes(
                        new ConversationLimits.Lane(world.between(2, 16), 1 << 20, whenFull),
                        new ConversationLimits.Lane(
                                world.between(2, 16), 1 << 20, ConversationLimits.WhenFull.refuse()))
                .withAudio(
                        world.between(2, 24),
                        world.chance(0.5) ? Optional.of(Duration.ofMillis(500)) : Optional.empty(),
                        world.oneOf(ConversationLimits.AudioWhenFull.values()))
                .withEvents(world.between(4, 64), Duration.ofSeconds(5));
    }
}
