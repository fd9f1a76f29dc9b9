package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationLimits;
import dev.antiphon.core.Phase;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.Patience;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.testkit.simulator.SimulatorClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Engine, transport and simulator on one clock that stands still until the test moves it. */
@Timeout(60)
class VirtualTimeIT {
    private static final Duration PAUSE = Duration.ofMinutes(2);
    private static final Duration SHORTEST_PAUSE = PAUSE.multipliedBy(8).dividedBy(10);
    private static final Duration LONGEST_PAUSE = PAUSE.multipliedBy(12).dividedBy(10);
    private static final Duration SILENCE = Duration.ofMinutes(10);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration NOTICE = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().unpaced().frozenClock().start();
    private final SimulatorClock clock = simulator.clock();
    private final NettyResources resources = NettyResources.create(1);
    private final RealtimeConversations conversations = RealtimeConversations.builder()
            .scheduler(clock)
            .limits(ConversationLimits.DEFAULT.withLength(HOUR, NOTICE))
            .direct(WebSocketTransport.builder(
                            RealtimeEndpoint.builder(simulator.baseUrl().toString())
                                    .credentials(Credentials.apiKey("test-key"))
                                    .build())
                    .retryDelay(PAUSE)
                    .startDeadline(Duration.ofMinutes(30))
                    .firstEventTimeout(SILENCE)
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
    void waits_of_minutes_between_attempts_take_no_time_of_ours() throws Exception {
        simulator.refuseUpgrades(503, 1);
        Conversation conversation = conversations.start(
                StartRequest.direct(SessionConfig.model("gpt-realtime").build()));

        awaitTimer(SHORTEST_PAUSE, LONGEST_PAUSE);
        assertThat(conversation.joined().toCompletableFuture()).isNotDone();
        clock.advance(LONGEST_PAUSE);

        await(conversation.joined());
        conversation.close();
        await(conversation.closed());
    }

    @Test
    void minutes_without_a_first_event_are_over_when_the_clock_says_so() throws Exception {
        simulator.holdOpened();
        Conversation conversation = conversations.start(
                StartRequest.direct(SessionConfig.model("gpt-realtime").build()));

        awaitTimer(SILENCE, SILENCE);
        clock.advance(SILENCE);

        Closure closure = await(conversation.closed());
        assertThat(closure.fault()).contains(Fault.UPGRADE_TIMEOUT);
    }

    @Test
    @DisplayName(
            "F38 two minutes before the server's hour is over the listener is warned, and then the session expires")
    void expiry_is_announced_before_it_comes() throws Exception {
        CompletableFuture<Duration> warned = new CompletableFuture<>();
        Heard heard = new Heard() {
            @Override
            public void onExpiring(Duration left) {
                warned.complete(left);
            }
        };
        Conversation conversation = conversations.start(
                StartRequest.direct(SessionConfig.model("gpt-realtime").build()), heard);
        await(conversation.joined());
        heard.await("session.created");

        clock.advance(HOUR.minus(NOTICE).minusSeconds(1));
        assertThat(warned).isNotDone();
        clock.advance(Duration.ofSeconds(1));
        assertThat(await(warned)).isEqualTo(NOTICE);
        assertThat(conversation.phase()).isEqualTo(Phase.LIVE);
        clock.advance(NOTICE);

        assertThat(await(conversation.closed()).fault()).contains(Fault.SESSION_EXPIRED);
        assertThat(simulator.requests()).hasSize(1);
    }

    private void awaitTimer(Duration soonest, Duration latest) {
        boolean set = new Patience(PATIENCE)
                .until(() -> clock.due().stream()
                        .anyMatch(due -> due.compareTo(soonest) >= 0 && due.compareTo(latest) <= 0));
        assertThat(set).as("timers: %s", clock.due()).isTrue();
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
