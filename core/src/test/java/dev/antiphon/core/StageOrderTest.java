package dev.antiphon.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.FakeTransport.FakeSocket;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.TransportChoice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Stages complete on a pool whose tasks may overtake each other. */
class StageOrderTest {
    /** Runs the newest task first: the worst a pool can do. */
    private static final class NewestFirst implements Executor {
        private final Deque<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.push(task);
        }

        void runAll() {
            while (!tasks.isEmpty()) {
                tasks.pop().run();
            }
        }
    }

    private final NewestFirst threads = new NewestFirst();
    private final FakeTransport transport = new FakeTransport();
    private final TransportChoice choice = new TransportChoice(transport, "test");
    private final ConversationSetup setup = new ConversationSetup(
            ConversationLimits.DEFAULT, ErrorPolicy.standard(), TimerScheduler.shared(), threads, threads, true);
    private final ConversationEngine engine = new ConversationEngine(
            StartRequest.withOffer(SessionConfig.builder().model("m").build(), new SdpOffer("v=0\r\no\r\n")),
            setup,
            () -> {});
    private final LiveConversation conversation = new LiveConversation("c", choice, engine, setup);

    @Test
    void an_answer_that_came_stays_although_the_end_overtakes_it() {
        engine.open(choice);
        transport.server().onAnswer(new SdpAnswer("v=0\r\na\r\n"));
        transport.server().onClosed(Closure.byServer(1011, "", true));

        threads.runAll();

        assertThat(conversation.answer().toCompletableFuture()).isCompletedWithValue(new SdpAnswer("v=0\r\na\r\n"));
        assertThat(conversation.ready().toCompletableFuture()).isCompleted();
        assertThat(conversation.joined().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void what_was_written_stays_written_although_its_outcome_overtakes_it() {
        engine.open(choice);
        FakeSocket socket = transport.socket();
        Receipt receipt = conversation.sendText("A");
        transport.server().onClosed(Closure.byServer(1011, "", true));

        threads.runAll();

        assertThat(socket.written()).hasSize(2);
        assertThat(receipt.written().toCompletableFuture()).isCompleted();
        assertThat(receipt.outcome().toCompletableFuture().join().name()).isEqualTo("UNKNOWN");
    }
}
