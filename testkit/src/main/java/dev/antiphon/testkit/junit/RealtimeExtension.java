package dev.antiphon.testkit.junit;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.testkit.InMemoryServer;
import dev.antiphon.testkit.InMemoryTransport;
import dev.antiphon.testkit.ManualScheduler;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.testkit.simulator.SimulatorClock;
import java.time.Duration;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test a server, conversations with it and, if wanted, time that stands still; fails a test
 * that leaves a conversation, a socket or a thread behind.
 *
 * <pre>{@code
 * class GreeterTest {
 *     @RegisterExtension
 *     final RealtimeExtension realtime = RealtimeExtension.direct(simulator -> myTransport(simulator.baseUrl()));
 *
 *     @Test
 *     void it_greets(RealtimeSimulator simulator, Conversation conversation) { … }
 * }
 * }</pre>
 *
 * <p>Parameters of test methods, {@code @BeforeEach} and {@code @AfterEach} methods may be:
 *
 * <ul>
 *   <li>{@link RealtimeSimulator}: a server on a free loopback port, started when it is first asked for;
 *   <li>{@link RealtimeConversations}: over the transports given here; what a test starts it also closes;
 *   <li>{@link Conversation}: one without an SDP offer, started before the test and closed after it;
 *   <li>{@link SimulatorClock}, {@link ManualScheduler} or {@link Scheduler}: time, see {@link #frozenClock};
 *   <li>{@link InMemoryTransport}, {@link InMemoryServer}: with {@link #inMemory} only.
 * </ul>
 *
 * <p>Without settings, {@code @ExtendWith(RealtimeExtension.class)} does for tests that need a simulator
 * only. The settings are made before the first test.
 *
 * <p>What was left is named so that it can be found: a conversation with the place of its start; a socket
 * with its upgrade request, the time of that, and the lines on which conversations were started; a thread with
 * its name, its group and what it does now, for a JVM does not keep where a thread was started.
 *
 * <p>Tests may run in parallel: each has its own server, and none waits for another. A thread that began
 * while several of them ran is counted by the last of these to end, whose failure names the others, because
 * nothing in a JVM tells which of them started it. Threads of tests without this extension cannot be told
 * from those of a test that runs beside them: see {@link #tolerating}.
 */
public final class RealtimeExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(RealtimeExtension.class);
    private static final Set<Class<?>> KNOWN = Set.of(
            RealtimeSimulator.class,
            RealtimeConversations.class,
            Conversation.class,
            SimulatorClock.class,
            ManualScheduler.class,
            Scheduler.class,
            InMemoryTransport.class,
            InMemoryServer.class);

    /** Makes a transport that reaches a simulator; closed after the test if it is {@link AutoCloseable}. */
    public interface TransportFactory extends Function<RealtimeSimulator, RealtimeTransport> {}

    private final boolean inMemory;
    private @Nullable TransportFactory direct;
    private @Nullable TransportFactory sideband;
    private UnaryOperator<RealtimeSimulator.Builder> simulator = UnaryOperator.identity();
    private UnaryOperator<RealtimeConversations.Builder> conversations = UnaryOperator.identity();
    private boolean frozen;
    private Duration patience = Duration.ofSeconds(5);
    private Predicate<Thread> tolerated = thread -> false;

    /** For {@code @ExtendWith}: a simulator, and no transport. */
    public RealtimeExtension() {
        this(false);
    }

    private RealtimeExtension(boolean inMemory) {
        this.inMemory = inMemory;
    }

    /** A simulator, and conversations without an SDP offer over this transport. */
    public static RealtimeExtension direct(TransportFactory transport) {
        return new RealtimeExtension().andDirect(transport);
    }

    /** A simulator, and conversations with an SDP offer over this transport. */
    public static RealtimeExtension sideband(TransportFactory transport) {
        return new RealtimeExtension().andSideband(transport);
    }

    /** Conversations over an {@link InMemoryTransport}: no socket, no thread. There is no simulator then. */
    public static RealtimeExtension inMemory() {
        return new RealtimeExtension(true);
    }

    /** Conversations without an SDP offer go over this transport. */
    public RealtimeExtension andDirect(TransportFactory transport) {
        direct = transport;
        return this;
    }

    /** Conversations with an SDP offer go over this transport. */
    public RealtimeExtension andSideband(TransportFactory transport) {
        sideband = transport;
        return this;
    }

    /** Sets up each simulator before it starts. */
    public RealtimeExtension simulator(UnaryOperator<RealtimeSimulator.Builder> settings) {
        simulator = settings;
        return this;
    }

    /** Sets up the conversations of each test: limits, error policy. Their observer is set by this extension. */
    public RealtimeExtension conversations(UnaryOperator<RealtimeConversations.Builder> settings) {
        conversations = settings;
        return this;
    }

    /**
     * Time stands still until the test moves it, for the simulator and for the conversations: a test moves
     * the {@link SimulatorClock}, or with {@link #inMemory} the {@link ManualScheduler}. A transport takes
     * part if it is given {@code simulator.clock()}.
     */
    public RealtimeExtension frozenClock() {
        frozen = true;
        return this;
    }

    /** How long a test's conversations, sockets and threads may take to end; five seconds by default. */
    public RealtimeExtension patience(Duration limit) {
        patience = limit;
        return this;
    }

    /** Threads that may outlive a test although they began in it. */
    public RealtimeExtension tolerating(Predicate<Thread> threads) {
        tolerated = tolerated.or(threads);
        return this;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        String test =
                context.getTestClass().map(Class::getSimpleName).orElse("a test") + " " + context.getDisplayName();
        context.getStore(NAMESPACE)
                .put(
                        Stage.class,
                        inMemory
                                ? Stage.inMemory(test, conversations, frozen)
                                : Stage.simulated(test, simulator, direct, sideband, conversations, frozen));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return KNOWN.contains(parameter.getParameter().getType()) && stageOf(context) != null;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Stage stage = stageOf(context);
        if (stage == null) {
            throw new IllegalStateException("no test is running");
        }
        return stage.find(parameter.getParameter().getType());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Stage stage = context.getStore(NAMESPACE).remove(Stage.class, Stage.class);
        if (stage != null) {
            // A test that failed did not get to its last lines; nor is another one blamed for what it left.
            boolean failed = context.getExecutionException().isPresent();
            AssertionError left = stage.end(patience, failed ? thread -> true : tolerated);
            if (left != null && !failed) {
                throw left;
            }
        }
    }

    private static @Nullable Stage stageOf(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(Stage.class, Stage.class);
    }
}
