package dev.antiphon.transport.webrtc;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import dev.antiphon.testkit.contract.SimulationContract;
import dev.antiphon.testkit.simulation.SimulatedTransport;
import dev.antiphon.testkit.simulation.Simulation;
import dev.antiphon.transport.websocket.wire.Dialects;
import io.github.resilience4j.core.IntervalFunction;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.slf4j.LoggerFactory;

/**
 * The engine over the real state machines of the sideband (creation, joins, re-joins, hang-ups) on a
 * simulated network.
 */
class SidebandSimulationTest extends SimulationContract {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.antiphon");

    SidebandSimulationTest() {
        super(Sideband::new, 3_000, 100);
    }

    /** Listeners of a simulation throw on purpose, and orphans are reported by the dozen. */
    @BeforeAll
    static void logNothing() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void logAgain() {
        LOG.setLevel(null);
    }

    /** Starts with an offer go over the sideband, the others over the plainest adapter. */
    private static final class Sideband implements RealtimeTransport, SidebandObserver {
        private final Simulation.Bench bench;
        private final SimulatedTransport direct;
        private final SidebandContext context;
        private final Map<String, String> owners = new HashMap<>();

        Sideband(Simulation.Bench bench) {
            this.bench = bench;
            this.direct = new SimulatedTransport(bench.network(), bench.ledger());
            SidebandSettings settings = settings();
            var time = bench.world().clock();
            HeldCalls held = new HeldCalls();
            Announcer announcer = new Announcer(this);
            Background background = new Background();
            this.context = new SidebandContext(
                    settings,
                    time,
                    new EndpointBreaker("server.test:443", settings.guard(), time),
                    new JoinGate(bench.world().oneOf(1, 1_024)),
                    held,
                    new OrphanGuard(
                            settings.end().hangUpTimeout(),
                            time,
                            announcer,
                            held,
                            background,
                            IntervalFunction.of(200)),
                    announcer,
                    background,
                    ConcurrentHashMap.newKeySet());
        }

        private SidebandSettings settings() {
            BackoffSettings pauses =
                    BackoffSettings.fixed(Duration.ofMillis(bench.world().between(20, 200)));
            return SidebandSettings.DEFAULT
                    .withCall(CallSettings.DEFAULT
                            .withTryTimeout(Duration.ofSeconds(2))
                            .withLateAnswerWithin(Duration.ofSeconds(2))
                            .withDeadline(Duration.ofSeconds(4))
                            .withBackoff(pauses))
                    .withJoin(JoinSettings.DEFAULT
                            .withBackoff(pauses)
                            .withAttemptTimeout(Duration.ofSeconds(1))
                            .withReadiness(bench.world().oneOf(JoinSettings.Readiness.values()))
                            .withSettleTime(bench.world().oneOf(Duration.ZERO, Duration.ofMillis(100))));
        }

        @Override
        public TransportTraits traits() {
            return new TransportTraits("sideband-simulation", List.of());
        }

        @Override
        public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
            if (start.offer().isEmpty()) {
                return direct.open(start, inputs, listener);
            }
            String name = Simulation.nameOf(start);
            SimulatedCallWire wire = new SimulatedCallWire(bench.network(), bench.world(), name, owners);
            SidebandConnection connection = new SidebandConnection(context, wire, inputs, listener);
            SdpOffer offer = start.offer().get();
            wire.owner()
                    .execute(() -> connection.create(CallOrder.of(
                            offer,
                            start.session(),
                            Dialects.realtime(),
                            URI.create("https://server.test/v1"),
                            Optional.of("identity"))));
            return connection;
        }

        @Override
        public void onPossibleOrphan(PossibleOrphan orphan) {
            String id = orphan.call().map(CallId::value).orElse(orphan.requestId());
            bench.ledger().possibleOrphan(owners.getOrDefault(id, "an unknown conversation"));
        }
    }
}
