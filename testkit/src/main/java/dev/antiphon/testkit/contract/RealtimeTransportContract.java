package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.ThreadCensus;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every {@link dev.antiphon.core.port.RealtimeTransport} must do, as tests. Extend it, say what
 * the adapter can do, and make an adapter with its peer:
 *
 * <pre>{@code
 * class MyTransportContractIT extends RealtimeTransportContract {
 *     protected Set<Capability> capabilities() {
 *         return EnumSet.of(Capability.DIRECT, Capability.WIRE);
 *     }
 *
 *     protected ContractSubject subject() {
 *         MyPeer peer = new MyPeer();
 *         return new ContractSubject(new MyTransport(peer.uri()), peer);
 *     }
 * }
 * }</pre>
 *
 * <p>Each rule runs against a fresh subject. After each rule every conversation is stopped, transport
 * and peer are closed, and the calls of all conversations are checked against the grammar; a thread,
 * socket or write that is left then fails the rule too. A report of the run is written as Markdown, see
 * {@link ConformanceReport}.
 *
 * <p>An adapter with several ways in (with and without an offer, say) extends this class once for each.
 */
@DisplayNameGeneration(RuleNames.class)
@ExtendWith(ConformanceReport.class)
public abstract class RealtimeTransportContract
        implements LifecycleRules,
                GrammarRules,
                OrderRules,
                WritingRules,
                ConcurrencyRules,
                BackPressureRules,
                StopRules,
                FaultRules,
                LeakRules,
                EngineRules {
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private @Nullable ContractBench bench;
    private @Nullable ThreadCensus census;

    /** For subclasses. */
    protected RealtimeTransportContract() {}

    /** What the adapter can do beyond the port's duties; rules that need more are skipped. */
    protected abstract Set<Capability> capabilities();

    /** A fresh adapter and its peer. */
    protected abstract ContractSubject subject() throws Exception;

    /** The start that is used where a rule does not need a special one. */
    protected StartRequest start() {
        return capabilities().contains(Capability.CALL_CREATION)
                ? StartRequest.withOffer(Samples.session(), Samples.OFFER)
                : StartRequest.direct(Samples.session());
    }

    /**
     * A start that the adapter refuses: by default the other kind than the declared one, none if both
     * are declared.
     */
    protected Optional<StartRequest> unservedStart() {
        boolean calls = capabilities().contains(Capability.CALL_CREATION);
        boolean direct = capabilities().contains(Capability.DIRECT);
        if (calls && direct) {
            return Optional.empty();
        }
        return Optional.of(
                calls
                        ? StartRequest.direct(Samples.session())
                        : StartRequest.withOffer(Samples.session(), Samples.OFFER));
    }

    /** How long to wait for something that must happen. */
    protected Duration patience() {
        return Duration.ofSeconds(5);
    }

    /**
     * Whether a thread may outlive the transport, because many transports share it. None by default:
     * a transport that owns its threads ends them when it is closed.
     */
    protected boolean isShared(Thread thread) {
        return false;
    }

    /**
     * Closes something when the rule is over: after the transport, before the peer, the newest first.
     * For what the transport uses and does not own.
     */
    protected final <T extends AutoCloseable> T closeAfterwards(T resource) {
        resources.push(resource);
        return resource;
    }

    @Override
    public final ContractBench bench() {
        ContractBench current = bench;
        if (current == null) {
            throw new IllegalStateException("no rule is running");
        }
        return current;
    }

    @BeforeEach
    final void set_the_bench(TestInfo test) throws Exception {
        Rule rule = test.getTestMethod()
                .map(RealtimeTransportContract::ruleOf)
                .orElseThrow(() -> new IllegalStateException("not a method: " + test.getDisplayName()));
        Set<Capability> missing = new TreeSet<>(rule.needs());
        missing.removeAll(capabilities());
        Assumptions.assumeTrue(missing.isEmpty(), () -> "not declared: " + missing);
        census = ThreadCensus.now();
        ContractSubject subject = subject();
        resources.addLast(subject.peer());
        if (subject.transport() instanceof AutoCloseable closeable) {
            resources.addFirst(closeable);
        }
        Terms terms = new Terms(start(), unservedStart(), capabilities(), patience());
        bench = new ContractBench(rule, terms, subject);
    }

    private static Rule ruleOf(Method method) {
        Proves proves = method.getAnnotation(Proves.class);
        return proves == null ? Rule.START_STANDS : proves.value();
    }

    @AfterEach
    final void clear_the_bench() {
        ContractBench used = bench;
        ThreadCensus before = census;
        bench = null;
        census = null;
        if (used != null && before != null) {
            used.finish(this::closeResources, before, this::isShared);
        } else {
            closeResources();
        }
    }

    private void closeResources() {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception failure) {
                throw new IllegalStateException("could not be closed", failure);
            }
        }
    }
}
