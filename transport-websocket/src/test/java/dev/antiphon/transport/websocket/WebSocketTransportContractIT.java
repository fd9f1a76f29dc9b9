package dev.antiphon.transport.websocket;

import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.testkit.contract.Capability;
import dev.antiphon.testkit.contract.SimulatorTransportContract;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** The contract of adapters, for the direct one. */
class WebSocketTransportContractIT extends SimulatorTransportContract {
    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.DIRECT,
                Capability.WIRE,
                Capability.RETRIES_JOIN,
                Capability.PONGS_WHILE_PAUSED,
                Capability.SHARED_THREADS);
    }

    @Override
    protected RealtimeTransport transport(URI baseUrl) {
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(baseUrl.toString())
                .credentials(Credentials.apiKey(API_KEY))
                .build();
        return WebSocketTransport.builder(endpoint)
                .settings(SocketSettings.builder()
                        .closeDeadline(Duration.ofMillis(300))
                        .build())
                .resources(closeAfterwards(NettyResources.create()))
                .build();
    }
}
