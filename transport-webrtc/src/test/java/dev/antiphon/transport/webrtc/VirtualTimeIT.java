package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.soon;
import static dev.antiphon.transport.webrtc.SidebandFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.testkit.simulator.Connection;
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
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final Duration SILENCE = Duration.ofMinutes(10);
    private static final Duration A_SECOND = Duration.ofSeconds(1);

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
                    .settings(SidebandSettings.DEFAULT
                            .withJoin(JoinSettings.DEFAULT
                                    .withDeadline(DEADLINE)
                                    .withBackoff(BackoffSettings.fixed(PAUSE)))
                            .withEnd(EndSettings.DEFAULT.endingAfterSilenceOf(SILENCE)))
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

    @Test
    void deadline_of_minutes_for_a_join_is_over_when_the_clock_says_so() {
        simulator.refuseUpgrades(503, Integer.MAX_VALUE);
        Conversation conversation = conversations.start(SidebandFixture.request(), new Hearing());
        for (int refused = 1; refused <= 2; refused++) {
            soon(() -> assertThat(clock.due()).contains(PAUSE));
            clock.advance(PAUSE);
        }
        soon(() -> assertThat(clock.due()).contains(PAUSE));

        clock.advance(DEADLINE.minus(clock.elapsed()).minus(A_SECOND));
        assertThat(conversation.closed().toCompletableFuture()).isNotDone();
        clock.advance(A_SECOND);

        Closure closure = await(conversation.closed());
        assertThat(closure.initiator()).isEqualTo(Closure.Initiator.DEADLINE);
        assertThat(closure.fault()).contains(Fault.SIDEBAND_NOT_JOINED);
        assertThat(clock.elapsed()).isEqualTo(DEADLINE);
        soon(() -> assertThat(simulator.calls().live()).isEmpty());
    }

    @Test
    void caller_who_says_nothing_for_minutes_has_left_when_the_clock_says_so() {
        Hearing hearing = new Hearing();
        Conversation conversation = conversations.start(SidebandFixture.request(), hearing);
        await(conversation.joined());
        until("the session", () -> hearing.hasHeardEvent("session.updated"));
        clock.advance(SILENCE.minus(A_SECOND));
        simulator.connections(Connection.Kind.SIDEBAND).get(0).send("{\"type\":\"sign.of.life\"}");
        until("the sign of life", () -> hearing.hasHeardEvent("sign.of.life"));

        clock.advance(SILENCE.minus(A_SECOND));
        assertThat(conversation.closed().toCompletableFuture()).isNotDone();
        soon(() -> assertThat(clock.due()).contains(A_SECOND));
        clock.advance(A_SECOND);

        Closure closure = await(conversation.closed());
        assertThat(closure.fault()).contains(Fault.CALLER_INACTIVE);
        assertThat(clock.elapsed()).isEqualTo(SILENCE.multipliedBy(2).minus(A_SECOND));
        soon(() -> assertThat(simulator.calls().live()).isEmpty());
    }
}
