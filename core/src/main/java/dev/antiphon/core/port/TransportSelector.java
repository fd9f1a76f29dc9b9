package dev.antiphon.core.port;

import dev.antiphon.core.model.StartRequest;

/** Chooses the way in for a start. Safe for use by any thread; never blocks. */
@FunctionalInterface
public interface TransportSelector {
    /**
     * Chooses a transport before anything is sent.
     *
     * @return the transport and the reason for it
     * @throws IllegalArgumentException if no transport fits; nothing has been sent then
     */
    TransportChoice select(StartRequest start);

    /** The rule of the framework: no SDP offer, the direct transport; an offer, the sideband. */
    static TransportSelector bySdp(RealtimeTransport direct, RealtimeTransport sideband) {
        return start -> start.offer().isPresent()
                ? new TransportChoice(sideband, "an SDP offer is present: media flows beside us, we join the call")
                : new TransportChoice(direct, "no SDP offer: one connection carries everything");
    }
}
