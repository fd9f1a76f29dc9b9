package dev.antiphon.core;

import static dev.antiphon.core.Stand.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.port.TransportChoice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Ends that come at the worst moment: at once with another end, or with the start. */
class EndRacesTest {
    private static final Closure BY_SERVER = Closure.byServer(1011, "no", true);

    @Test
    @DisplayName("T-45 a server's close at the same time as a stop makes one end, 1,000 times")
    void a_close_of_the_server_at_the_same_time_as_a_stop_makes_one_end() throws Exception {
        Random random = new Random(45);
        for (int run = 0; run < 1_000; run++) {
            Stand each = new Stand(builder -> builder.listenerExecutor(Runnable::run));
            RecordingListener heard = new RecordingListener();
            Conversation conversation = each.start(heard);
            each.transport.socket();
            Receipt receipt = conversation.sendText("A");
            int spin = random.nextInt(200);

            Race.of(
                    () -> {
                        Race.spin(spin);
                        conversation.close();
                    },
                    () -> each.transport.server().onClosed(BY_SERVER));

            assertThat(heard.ends()).as("run %s", run).hasSize(1);
            assertThat(heard.heard()).last().asString().startsWith("closed");
            assertThat(receipt.outcome().toCompletableFuture()).isDone();
        }
    }

    @Test
    @DisplayName("T-46 an end on another thread while start returns is told after everything before it, 1,000 times")
    void an_end_on_another_thread_while_start_returns_is_told_last() throws Exception {
        for (int run = 0; run < 1_000; run++) {
            Stand each = new Stand(builder -> builder.listenerExecutor(Runnable::run));
            RecordingListener heard = new RecordingListener();
            List<Future<?>> network = new ArrayList<>();
            each.transport.onOpen = server -> network.add(Race.THREADS.submit(() -> {
                server.onAnswer(ANSWER);
                server.onJoining(1);
                server.onClosed(BY_SERVER);
            }));

            Conversation conversation = each.start(heard);
            network.get(0).get(10, TimeUnit.SECONDS);

            Stand.get(conversation.closed());
            assertThat(heard.heard())
                    .as("run %s", run)
                    .containsExactly("started", "answer", "ANSWERED", "JOINING", "joining 1", "closed SERVER");
            assertThat(each.time.pending()).isZero();
        }
    }

    @Test
    @DisplayName("T-46 a conversation that ends before start has returned tells its answer and its end")
    void a_conversation_that_ends_before_start_has_returned_tells_everything() {
        Stand stand = new Stand(builder -> builder.listenerExecutor(Runnable::run));
        RecordingListener listener = new RecordingListener();
        stand.transport.onOpen = server -> {
            server.onAnswer(ANSWER);
            server.onJoining(1);
            stand.transport.socket();
            server.onClosed(BY_SERVER);
        };

        Conversation conversation = stand.start(listener);

        assertThat(listener.heard())
                .containsExactly("started", "answer", "ANSWERED", "JOINING", "joining 1", "LIVE", "closed SERVER");
        assertThat(conversation.phase()).isEqualTo(Phase.CLOSED);
        assertThat(Stand.get(conversation.answer())).isEqualTo(ANSWER);
    }

    @Test
    @DisplayName("T-49 of two starts at once exactly one stays, the other is told that it was replaced, 1,000 times")
    void of_two_starts_at_once_exactly_one_stays() throws Exception {
        RealtimeConversations conversations = RealtimeConversations.builder()
                .selector(start -> new TransportChoice(new FakeTransport(), "test"))
                .build();
        ConversationSlot slot = new ConversationSlot(conversations);
        for (int run = 0; run < 1_000; run++) {
            List<Conversation> started = Collections.synchronizedList(new ArrayList<>());
            Runnable start = () -> started.add(slot.start(Stand.DIRECT, new RecordingListener()));

            Race.of(start, start);

            Conversation stays = slot.current().orElseThrow();
            assertThat(started).as("run %s", run).hasSize(2).contains(stays);
            assertThat(stays.phase()).isEqualTo(Phase.OPENING);
            started.remove(stays);
            assertThat(Stand.get(started.get(0).closed()).initiator())
                    .as("run %s", run)
                    .isEqualTo(Closure.Initiator.REPLACED);
            slot.stop();
        }
        assertThat(conversations.openCount()).isZero();
    }
}
