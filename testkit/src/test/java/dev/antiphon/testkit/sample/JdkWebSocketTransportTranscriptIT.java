package dev.antiphon.testkit.sample;

import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.testkit.contract.SameTranscriptContract;
import java.net.URI;

class JdkWebSocketTransportTranscriptIT extends SameTranscriptContract {
    @Override
    protected RealtimeTransport transport(URI baseUrl) {
        return SampleTransport.to(URI.create("ws://" + baseUrl.getAuthority() + baseUrl.getPath() + "/realtime"));
    }
}
