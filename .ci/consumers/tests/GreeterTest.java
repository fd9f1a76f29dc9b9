import static dev.antiphon.testkit.assertions.RealtimeAssertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.testkit.InMemoryServer;
import dev.antiphon.testkit.junit.RealtimeExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GreeterTest {
    @RegisterExtension
    final RealtimeExtension realtime = RealtimeExtension.inMemory();

    @Test
    void the_model_is_told_who_calls(Conversation call, InMemoryServer server) {
        call.sendText("The caller's name is Ada.");

        assertThat(server.sockets().get(0)).received("session.update", "The caller's name is Ada.");
    }
}
