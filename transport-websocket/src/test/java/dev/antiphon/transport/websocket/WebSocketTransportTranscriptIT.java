package dev.antiphon.transport.websocket;

import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.testkit.contract.SameTranscriptContract;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;

/** What an application sees in memory, it sees over the direct adapter. */
class WebSocketTransportTranscriptIT extends SameTranscriptContract {
    private final NettyResources resources = NettyResources.create(1);

    @AfterEach
    void close_event_loops() {
        resources.close();
    }

    @Override
    protected RealtimeTransport transport(URI baseUrl) {
        return WebSocketTransport.builder(RealtimeEndpoint.builder(baseUrl.toString())
                        .credentials(Credentials.apiKey(API_KEY))
                        .build())
                .resources(resources)
                .build();
    }
}
