package dev.antiphon.transport.websocket;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import dev.antiphon.testkit.simulation.SimulatedTransport;
import dev.antiphon.testkit.simulation.Simulation;
import dev.antiphon.testkit.simulation.SimulationContract;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.slf4j.LoggerFactory;

/**
 * The engine over the whole direct adapter (connect, upgrade, frames, codec, closing handshake) on a
 * simulated event loop and network.
 */
class DirectSimulationTest extends SimulationContract {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.antiphon");
    private static final Logger NETTY = (Logger) LoggerFactory.getLogger("io.netty.bootstrap");

    DirectSimulationTest() {
        super(Direct::new, 1_000, 50);
    }

    /** Listeners of a simulation throw on purpose, and its channels have no options. */
    @BeforeAll
    static void logNothing() {
        NETTY.setLevel(Level.OFF);
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void logAgain() {
        NETTY.setLevel(null);
        LOG.setLevel(null);
    }

    /** Starts without an offer go over the direct adapter, the others over the plainest one. */
    private static final class Direct implements RealtimeTransport {
        private static final RealtimeEndpoint ENDPOINT = RealtimeEndpoint.builder("http://127.0.0.1:1/v1")
                .credentials(Credentials.apiKey("sk-simulated"))
                .build();

        private final Simulation.Bench bench;
        private final SimulatedTransport sideband;

        Direct(Simulation.Bench bench) {
            this.bench = bench;
            this.sideband = new SimulatedTransport(bench.network(), bench.ledger());
        }

        @Override
        public TransportTraits traits() {
            return new TransportTraits("direct-simulation", List.of());
        }

        @Override
        public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
            if (start.offer().isPresent()) {
                return sideband.open(start, inputs, listener);
            }
            SimulatedLoop loop = new SimulatedLoop(bench.world(), new SimulatedWire(bench, Simulation.nameOf(start)));
            // Pauses of zero have no jitter: a seed repeats exactly.
            return WebSocketTransport.builder(ENDPOINT)
                    .resources(NettyResources.using(loop, SimulatedChannel.class))
                    .settings(SocketSettings.builder()
                            .upgradeTimeout(Duration.ofSeconds(1))
                            .closeDeadline(Duration.ofMillis(400))
                            .build())
                    .retryDelay(Duration.ZERO)
                    .build()
                    .open(start, inputs, listener);
        }
    }
}
