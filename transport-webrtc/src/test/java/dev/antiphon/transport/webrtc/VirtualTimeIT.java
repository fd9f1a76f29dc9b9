package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.testkit.simulator.SimulatorClock;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Engine, transport and simulator on one clock that stands still until the test moves it. */
@Timeout(60)
class VirtualTimeIT {
    private static final Duration PAUSE = Duration.ofMinutes(2);

    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().unpaced().frozenClock().start();
    private final SimulatorClock clock = simulator.clock();
    private final NettyResources resources = NettyResources.create(1);
    private final RealtimeConversations conversations = RealtimeConversations.builder()
            .scheduler(clock)
            .sideband(SidebandTransport.builder(
                            RealtimeEndpoint.builder(simulator.baseUrl().toString())
                                    .credentials(Credentials.apiKey("test-key"))
                                    .build())
                    .settings(SidebandSettings.DEFAULT.withJoin(JoinSettings.DEFAULT
                            .withDeadline(Duration.ofMinutes(30))
                            .withBackoff(BackoffSettings.fixed(PAUSE))))
                    .resources(resources)
                    .scheduler(clock)
                    .build())
            .build();

    @AfterEach
    void close() {
        conversations.close();
        resources.close();
        simulator.close();
    }

    @Test
    void pauses_of_minutes_between_joins_take_no_time_of_ours() {
        simulator.refuseUpgrades(503, 2);
        Conversation conversation = conversations.start(SidebandFixture.request(), new Hearing());
        Receipt receipt = conversation.sendText("A");

        for (int refused = 1; refused <= 2; refused++) {
            soon(() -> assertThat(clock.due()).contains(PAUSE));
            assertThat(conversation.joined().toCompletableFuture()).isNotDone();
            clock.advance(PAUSE);
        }

        await(conversation.joined());
        assertThat(await(receipt.outcome())).isInstanceOf(Outcome.Acknowledged.class);
        assertThat(clock.elapsed()).isEqualTo(PAUSE.multipliedBy(2));
        conversation.close();
        await(conversation.closed());
    }
}
