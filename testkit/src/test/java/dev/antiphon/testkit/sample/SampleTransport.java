package dev.antiphon.testkit.sample;

import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.testkit.contract.ContractEvents;
import java.net.URI;

/** The sample adapter for tests of other packages. */
public final class SampleTransport {
    private SampleTransport() {}

    /**
     * A transport that opens its websockets there.
     *
     * @param webSocketUrl without a query
     */
    public static RealtimeTransport to(URI webSocketUrl) {
        return new JdkWebSocketTransport(
                URI.create(webSocketUrl + "?model=gpt-realtime"), "test", new ContractEvents());
    }
}
