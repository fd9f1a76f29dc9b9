package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.testkit.contract.SameTranscriptContract;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;

/** What an application sees of a call in memory, it sees over the adapter that creates and joins one. */
class SidebandTransportTranscriptIT extends SameTranscriptContract {
    private final NettyResources resources = NettyResources.create(1);

    @AfterEach
    void close_event_loops() {
        resources.close();
    }

    @Override
    protected StartRequest start() {
        return callStart();
    }

    @Override
    protected boolean rejoins() {
        return true;
    }

    @Override
    protected RealtimeTransport transport(URI baseUrl) {
        return SidebandTransport.builder(RealtimeEndpoint.builder(baseUrl.toString())
                        .credentials(Credentials.apiKey(API_KEY))
                        .build())
                .resources(resources)
                .build();
    }
}
