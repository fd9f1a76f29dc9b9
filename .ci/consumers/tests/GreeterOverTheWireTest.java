import static dev.antiphon.testkit.assertions.RealtimeAssertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.testkit.junit.RealtimeExtension;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.WebSocketTransport;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GreeterOverTheWireTest {
    @RegisterExtension
    final RealtimeExtension realtime =
            RealtimeExtension.direct(simulator -> transportTo(simulator.baseUrl())).simulator(server -> server.unpaced());

    static WebSocketTransport transportTo(URI baseUrl) {
        return WebSocketTransport.builder(RealtimeEndpoint.builder(baseUrl.toString())
                        .credentials(Credentials.apiKey("any-word"))
                        .build())
                .build();
    }

    @Test
    void the_model_answers(RealtimeSimulator simulator, Conversation call) {
        assertThat(call.sendText("Good morning")).isAcknowledged();
        call.requestResponse();

        assertThat(call).hasTranscript("Good morning", "You said: Good morning");
        assertThat(simulator.journal()).received("session.update", "Good morning", "response.create");
    }
}
