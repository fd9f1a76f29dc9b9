package dev.antiphon.testkit.contract;

import dev.antiphon.core.port.RealtimeTransport;
import java.net.URI;

/**
 * The contract for adapters that speak the Realtime protocol over the network: their peer is a {@link
 * dev.antiphon.testkit.simulator.RealtimeSimulator} on a loopback port. Say what the adapter can do and
 * point it at a base URL:
 *
 * <pre>{@code
 * class MyTransportContractIT extends SimulatorTransportContract {
 *     protected Set<Capability> capabilities() {
 *         return EnumSet.of(Capability.DIRECT, Capability.WIRE);
 *     }
 *
 *     protected RealtimeTransport transport(URI baseUrl) {
 *         return new MyTransport(baseUrl, API_KEY);
 *     }
 * }
 * }</pre>
 */
public abstract class SimulatorTransportContract extends RealtimeTransportContract {
    /** The key that the simulator accepts, and that no message may show. */
    protected static final String API_KEY = "contract-key-3f9c1b7e";

    /** For subclasses. */
    protected SimulatorTransportContract() {}

    /**
     * A fresh adapter. It is closed after the rule if it is {@link AutoCloseable}; what it uses and does
     * not own is given to {@link #closeAfterwards}.
     *
     * @param baseUrl {@code http://127.0.0.1:PORT/v1}
     */
    protected abstract RealtimeTransport transport(URI baseUrl) throws Exception;

    @Override
    protected final ContractSubject subject() throws Exception {
        SimulatorPeer peer = SimulatorPeer.start();
        return new ContractSubject(transport(peer.baseUrl()), peer);
    }
}
