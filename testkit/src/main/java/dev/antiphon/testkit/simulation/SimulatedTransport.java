package dev.antiphon.testkit.simulation;

import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import java.util.List;

/**
 * The plainest adapter that keeps all promises, over a {@link SimulatedNetwork}: one socket without an
 * SDP offer; with one a call, its answer and a joined socket that is joined again when it is lost.
 */
public final class SimulatedTransport implements RealtimeTransport {
    private static final TransportTraits TRAITS = new TransportTraits("simulated", List.of());

    private final SimulatedNetwork network;
    private final Simulation.Ledger ledger;

    /** @param ledger hears of calls that may have been left behind */
    public SimulatedTransport(SimulatedNetwork network, Simulation.Ledger ledger) {
        this.network = network;
        this.ledger = ledger;
    }

    @Override
    public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
        SimulatedConnection connection =
                new SimulatedConnection(network, ledger, Simulation.nameOf(start), inputs, listener);
        connection.begin(start.offer().isPresent());
        return connection;
    }

    @Override
    public TransportTraits traits() {
        return TRAITS;
    }
}
