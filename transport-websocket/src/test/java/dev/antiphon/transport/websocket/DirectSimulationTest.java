package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The engine over the whole direct adapter (connect, upgrade, frames, codec, closing handshake) on a
 * simulated event loop and network. {@code -Dantiphon.simulation.seeds} and
 * {@code -Dantiphon.simulation.first} change how many seeds run and which.
 */
class DirectSimulationTest {
    private static final int SEEDS = Integer.getInteger("antiphon.simulation.seeds", 1_000);
    private static final long FIRST = Long.getLong("antiphon.simulation.first", 1);
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.antiphon");
    private static final Logger NETTY = (Logger) LoggerFactory.getLogger("io.netty.bootstrap");

    private final Simulation simulation = new Simulation(Direct::new);

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

    @Test
    void promises_hold_in_every_seed() {
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Simulation.Run run = simulation.check(seed);

            assertThat(run.troubleCount()).as("troubles of seed %d", seed).isGreaterThanOrEqualTo(5);
        }
    }

    @Test
    void the_same_seed_has_the_same_history() {
        for (long seed = 1; seed <= 50; seed++) {
            String hash = simulation.run(seed).history().hash();

            assertThat(simulation.run(seed).history().hash())
                    .as("seed %d", seed)
                    .isEqualTo(hash);
        }
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
