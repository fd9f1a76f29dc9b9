package dev.antiphon.core.guice;

import com.google.inject.Inject;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.core.port.TransportSelector;
import java.util.Map;
import java.util.TreeSet;

/** The framework's rule over the transports that are installed: an SDP offer takes the sideband. */
final class SelectorByName implements TransportSelector {
    private static final String DIRECT = "websocket";
    private static final String SIDEBAND = "webrtc-sideband";

    private final Map<String, RealtimeTransport> transports;

    @Inject
    SelectorByName(Map<String, RealtimeTransport> transports) {
        this.transports = transports;
    }

    @Override
    public TransportChoice select(StartRequest start) {
        boolean offered = start.offer().isPresent();
        String name = offered ? SIDEBAND : DIRECT;
        RealtimeTransport transport = transports.get(name);
        if (transport == null) {
            throw new IllegalArgumentException("a start " + (offered ? "with" : "without") + " an SDP offer needs the "
                    + "transport " + name + "; installed are " + new TreeSet<>(transports.keySet()));
        }
        return new TransportChoice(
                transport,
                offered
                        ? "an SDP offer is present: media flows beside us, we join the call"
                        : "no SDP offer: one connection carries everything");
    }
}
