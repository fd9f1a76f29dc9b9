package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole conversations: the engine over this transport against the simulator. */
@Timeout(60)
class WebSocketConversationIT extends SocketFixture {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final RealtimeSimulator server =
            RealtimeSimulator.builder().unpaced().start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_text_is_answered_and_the_conversation_closes_in_order() throws Exception {
        Events events = new Events();
        try (RealtimeConversations conversations = conversations()) {
            Conversation conversation = conversations.start(StartRequest.direct(session()), events);
            Receipt receipt = conversation.sendText("Good morning");
            conversation.requestResponse();

            receipt.written().toCompletableFuture().get(10, TimeUnit.SECONDS);
            events.await("response.done");
            conversation.close();

            Closure closure = conversation.closed().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(closure.isOrderly()).isTrue();
            Connection connection = server.connections().get(0);
            assertThat(connection.receivedTypes())
                    .startsWith("session.update", "conversation.item.create", "response.create");
            connection.awaitDisconnected(SOON);
            assertThat(connection.closeCode()).hasValue(1000);
            assertThat(events.audioBytes()).isPositive();
        }
    }

    @Test
    void what_is_said_before_the_upgrade_arrives_once_and_in_order() throws Exception {
        Gate upgrade = server.holdUpgrade();
        try (RealtimeConversations conversations = conversations()) {
            Conversation conversation = conversations.start(StartRequest.direct(session()), new Events());
            List<Receipt> receipts = new ArrayList<>();
            for (int each = 0; each < 30; each++) {
                receipts.add(conversation.sendText("text " + each));
            }
            upgrade.awaitReached(SOON);
            assertThat(receipts)
                    .noneMatch(
                            receipt -> receipt.written().toCompletableFuture().isDone());

            upgrade.open();
            for (Receipt receipt : receipts) {
                receipt.written().toCompletableFuture().get(10, TimeUnit.SECONDS);
            }
            Connection connection = server.connections().get(0);
            server.journal().await(entry -> entry.text().contains("text 29"), SOON);
            List<String> texts = connection.received().stream()
                    .filter(entry -> entry.type().equals("conversation.item.create"))
                    .map(entry -> entry.json().text("item.content.0.text"))
                    .toList();
            assertThat(texts).hasSize(30).isEqualTo(expectedTexts());
        }
    }

    private static List<String> expectedTexts() {
        List<String> texts = new ArrayList<>();
        for (int each = 0; each < 30; each++) {
            texts.add("text " + each);
        }
        return texts;
    }

    private RealtimeConversations conversations() {
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(server.baseUrl().toString())
                .credentials(Credentials.apiKey("test-key"))
                .build();
        WebSocketTransport transport = WebSocketTransport.builder(endpoint)
                .settings(settings.build())
                .resources(resources)
                .build();
        return RealtimeConversations.builder().direct(transport).build();
    }

    private static SessionConfig session() {
        return SessionConfig.builder().model("gpt-realtime").build();
    }

    /** Keeps the events of one conversation. */
    private static final class Events implements ConversationListener {
        private final List<ServerEvent> all = new CopyOnWriteArrayList<>();
        private final LinkedBlockingQueue<String> types = new LinkedBlockingQueue<>();
        private final CompletableFuture<Closure> closed = new CompletableFuture<>();

        @Override
        public void onEvent(ServerEvent event) {
            all.add(event);
            types.add(event.type());
        }

        @Override
        public void onClosed(Closure closure) {
            closed.complete(closure);
        }

        void await(String type) throws InterruptedException {
            String next = "";
            while (!type.equals(next)) {
                next = types.poll(10, TimeUnit.SECONDS);
                assertThat(next).as("waiting for " + type).isNotNull();
            }
        }

        int audioBytes() {
            return all.stream()
                    .filter(ResponseEvent.OutputAudioDelta.class::isInstance)
                    .map(ResponseEvent.OutputAudioDelta.class::cast)
                    .mapToInt(delta -> delta.audio().length())
                    .sum();
        }
    }
}
