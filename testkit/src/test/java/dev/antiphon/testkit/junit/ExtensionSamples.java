package dev.antiphon.testkit.junit;

import static dev.antiphon.testkit.assertions.RealtimeAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.InMemoryServer;
import dev.antiphon.testkit.ManualScheduler;
import dev.antiphon.testkit.network.FaultProxy;
import dev.antiphon.testkit.sample.SampleTransport;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.testkit.simulator.SimulatorClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests that the extension is tried with; each is run by {@link RealtimeExtensionTest} alone. */
final class ExtensionSamples {
    private static final StartRequest START =
            StartRequest.direct(SessionConfig.model("gpt-realtime").build());

    private ExtensionSamples() {}

    private static void leave(String threadName) {
        Thread thread = new Thread(() -> LockSupport.parkNanos(3_000_000_000L), threadName);
        thread.setDaemon(true);
        thread.start();
    }

    static class LeavesAConversation {
        @RegisterExtension
        final RealtimeExtension realtime = RealtimeExtension.inMemory().patience(Duration.ofMillis(50));

        @Test
        void forgetful(RealtimeConversations conversations) {
            conversations.start(START);
        }
    }

    static class LeavesASocket {
        @RegisterExtension
        final RealtimeExtension realtime = new RealtimeExtension()
                .patience(Duration.ofMillis(200))
                .tolerating(thread -> thread.getName().startsWith("HttpClient-"));

        @Test
        void forgetful(RealtimeSimulator simulator) {
            leaveASocket(simulator);
        }
    }

    static class LeavesASocketBesideAConversation {
        @RegisterExtension
        final RealtimeExtension realtime = RealtimeExtension.direct(
                        simulator -> SampleTransport.to(simulator.webSocketUrl()))
                .patience(Duration.ofMillis(200))
                .tolerating(thread -> thread.getName().startsWith("HttpClient-"));

        @Test
        void forgetful(RealtimeSimulator simulator, RealtimeConversations conversations) {
            try (Conversation conversation = conversations.start(START)) {
                assertThat(conversation).isLive();
                leaveASocket(simulator);
            }
        }
    }

    private static void leaveASocket(RealtimeSimulator simulator) {
        var socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer test")
                .buildAsync(URI.create(simulator.webSocketUrl() + "?model=gpt-realtime"), new WebSocket.Listener() {})
                .join();
        assertThat(socket.isOutputClosed()).isFalse();
    }

    static class LeavesAThread {
        @RegisterExtension
        final RealtimeExtension realtime = RealtimeExtension.inMemory().patience(Duration.ofMillis(50));

        @Test
        void forgetful() {
            leave("left-behind");
        }
    }

    static class LeavesThreadsOfTheLibrary {
        static final List<String> NAMES = List.of(
                "antiphon-io-7-1",
                "antiphon-names-3-1",
                "antiphon-tls-4-1",
                "antiphon-credentials-5-1",
                "antiphon-recorder",
                "antiphon-media-2-1",
                "antiphon-dtls-2-1",
                "antiphon-fault-proxy-2-1",
                "antiphon-simulator-webhook");

        @RegisterExtension
        final RealtimeExtension realtime = RealtimeExtension.inMemory().patience(Duration.ofMillis(50));

        @Test
        void forgetful() {
            NAMES.forEach(ExtensionSamples::leave);
        }
    }

    static class LeavesAProxy {
        static @Nullable FaultProxy left; // for the test of this sample to close

        @RegisterExtension
        final RealtimeExtension realtime = new RealtimeExtension().patience(Duration.ofMillis(50));

        @Test
        void forgetful(RealtimeSimulator simulator) {
            left = FaultProxy.to(simulator.port());
        }
    }

    static class UsesWhatAllShare {
        @RegisterExtension
        final RealtimeExtension realtime = RealtimeExtension.inMemory().patience(Duration.ofMillis(50));

        @Test
        void works() {
            leave("antiphon-shared-io-1-1");
            leave("antiphon-listener-1");
            leave("antiphon-stage-1");
            leave("antiphon-timer");
        }
    }

    static class FailsBeforeItCloses {
        @RegisterExtension
        final RealtimeExtension realtime = RealtimeExtension.inMemory().patience(Duration.ofMillis(50));

        @Test
        void failing(RealtimeConversations conversations) {
            conversations.start(START);
            throw new IllegalStateException("the test's own failure");
        }
    }

    static class OverASocket {
        @RegisterExtension
        final RealtimeExtension realtime = RealtimeExtension.direct(
                        simulator -> SampleTransport.to(simulator.webSocketUrl()))
                .tolerating(thread -> thread.getName().startsWith("HttpClient-"));

        @Test
        void talks(RealtimeSimulator simulator, RealtimeConversations conversations) {
            try (Conversation conversation = conversations.start(START)) {
                conversation.sendText("Good morning");

                assertThat(simulator.journal()).received("session.update", "Good morning");
            }
        }
    }

    static class InMemory {
        @RegisterExtension
        final RealtimeExtension realtime = RealtimeExtension.inMemory().frozenClock();

        private RealtimeConversations before = RealtimeConversations.builder()
                .selector(start -> {
                    throw new IllegalArgumentException("not injected");
                })
                .build();

        @BeforeEach
        void remember(RealtimeConversations conversations) {
            before = conversations;
        }

        @Test
        void talks(InMemoryServer server, RealtimeConversations conversations, ManualScheduler clock) {
            try (Conversation conversation = conversations.start(START)) {
                assertThat(conversation).isLive();
                assertThat(server.sockets().get(0)).received("session.update");
                clock.advance(Duration.ofSeconds(1));
            }
            assertThat(conversations).isSameAs(before);
        }
    }

    @ExtendWith(RealtimeExtension.class)
    static class ByAnnotation {
        @Test
        void has_a_simulator(RealtimeSimulator simulator) {
            assertThat(simulator.port()).isPositive();
        }
    }

    static class WithTimeThatStandsStill {
        @RegisterExtension
        final RealtimeExtension realtime = new RealtimeExtension().frozenClock();

        @Test
        void moves_when_it_is_told(RealtimeSimulator simulator, SimulatorClock clock) {
            Duration before = clock.elapsed();

            clock.advance(Duration.ofHours(1));

            assertThat(simulator.clock().elapsed()).isEqualTo(before.plusHours(1));
        }
    }

    static class WithoutTransport {
        @RegisterExtension
        final RealtimeExtension realtime = new RealtimeExtension();

        @Test
        void talks(RealtimeConversations conversations) {
            conversations.close();
        }
    }
}
