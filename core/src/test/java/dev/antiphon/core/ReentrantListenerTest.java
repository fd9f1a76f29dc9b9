package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.port.TransportChoice;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a listener does from inside a callback, nothing waits for itself (seed behaviour R-24). */
@Timeout(30)
class ReentrantListenerTest {
    private static final ExecutorService ONE_THREAD = Executors.newSingleThreadExecutor(run -> {
        Thread thread = new Thread(run, "the only listener thread");
        thread.setDaemon(true);
        return thread;
    });

    private final RecordingListener first = new RecordingListener();
    private final RecordingListener second = new RecordingListener();

    static Stream<Arguments> callbacks() {
        Executor caller = Runnable::run;
        return Stream.of(caller, ONE_THREAD)
                .flatMap(executor -> Stream.of(
                                "started", "answer", "joining 1", "LIVE", "odd", "CLOSING", "closed APPLICATION")
                        .map(word -> Arguments.of(word, executor)));
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource("callbacks")
    @DisplayName("R-24 a listener sends, starts the next conversation and stops both, from inside a callback")
    void listener_sends_starts_and_stops_from_inside_a_callback(String callback, Executor executor) {
        List<FakeTransport> transports = new CopyOnWriteArrayList<>();
        RealtimeConversations conversations = RealtimeConversations.builder()
                .listenerExecutor(executor)
                .selector(start -> {
                    transports.add(new FakeTransport());
                    return new TransportChoice(transports.get(transports.size() - 1), "test");
                })
                .build();
        ConversationSlot slot = new ConversationSlot(conversations);
        CompletableFuture<Conversation> own = new CompletableFuture<>();
        CompletableFuture<CompletableFuture<Receipt>> said = new CompletableFuture<>();
        CompletableFuture<Conversation> next = new CompletableFuture<>();
        CompletableFuture<String> firstEnd = new CompletableFuture<>();
        CompletableFuture<String> secondEnd = new CompletableFuture<>();
        second.then(word -> complete(secondEnd, word));
        first.then(word -> {
            complete(firstEnd, word);
            if (word.equals(callback)) {
                said.complete(own.thenApply(self -> self.sendText("A")));
                next.complete(slot.start(Stand.WITH_OFFER, second));
                slot.stop();
            }
        });

        own.complete(slot.start(Stand.WITH_OFFER, first));
        goLive(transports.get(0));
        if (!callback.equals("CLOSING") && !callback.startsWith("closed")) {
            Stand.get(next);
        }
        own.join().close();

        Stand.get(own.join().closed());
        assertThat(Stand.get(Stand.get(next).closed()).initiator()).isEqualTo(Closure.Initiator.APPLICATION);
        Stand.outcome(Stand.get(Stand.get(said)));
        Stand.get(firstEnd);
        Stand.get(secondEnd);
        assertThat(first.ends()).hasSize(1);
        assertThat(second.ends()).hasSize(1);
        assertThat(conversations.openCount()).isZero();
    }

    private static void complete(CompletableFuture<String> end, String word) {
        if (word.startsWith("closed")) {
            end.complete(word);
        }
    }

    private static void goLive(FakeTransport transport) {
        transport.server().onAnswer(Stand.ANSWER);
        transport.server().onJoining(1);
        transport.socket();
        transport.server().onEvent(Events.unknown("odd"));
    }
}
