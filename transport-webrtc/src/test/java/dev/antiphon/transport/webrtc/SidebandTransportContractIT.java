package dev.antiphon.transport.webrtc;

import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.testkit.contract.Capability;
import dev.antiphon.testkit.contract.SimulatorTransportContract;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.SocketSettings;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** The contract of adapters, for the one that creates calls and joins them. */
class SidebandTransportContractIT extends SimulatorTransportContract {
    @Override
    protected Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.CALL_CREATION,
                Capability.HANGS_UP,
                Capability.RETRIES_JOIN,
                Capability.REJOINS,
                Capability.WIRE,
                Capability.PONGS_WHILE_PAUSED,
                Capability.SHARED_THREADS);
    }

    @Override
    protected RealtimeTransport transport(URI baseUrl) {
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(baseUrl.toString())
                .credentials(Credentials.apiKey(API_KEY))
                .build();
        return SidebandTransport.builder(endpoint)
                .settings(SidebandSettings.DEFAULT
                        .withCall(CallSettings.DEFAULT
                                .withDeadline(Duration.ofSeconds(1))
                                .withTryTimeout(Duration.ofSeconds(1))
                                .withLateAnswerWithin(Duration.ofSeconds(1)))
                        .withJoin(JoinSettings.DEFAULT.withBackoff(BackoffSettings.fixed(Duration.ofMillis(20)))))
                .socketSettings(SocketSettings.builder()
                        .closeDeadline(Duration.ofMillis(300))
                        .build())
                .resources(closeAfterwards(NettyResources.create()))
                .build();
    }
}
