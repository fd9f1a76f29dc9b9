package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;

/** The application stops: in every phase, from every thread, at the same time as everything else. */
@Timeout(120)
class StopFaultsIT extends ConversationFixture {
    @FaultTest
    @DisplayName("F46 stop in each phase of a start: one end, every text NOT_SENT, nothing left")
    void stop_in_each_phase() throws Exception {
        List<Function<RealtimeSimulator, Gate>> phases =
                List.of(RealtimeSimulator::holdAccept, RealtimeSimulator::holdUpgrade);
        for (Function<RealtimeSimulator, Gate> phase : phases) {
            RealtimeSimulator server = serve();
            Gate gate = phase.apply(server);
            Heard listener = new Heard();
            Conversation conversation = start(server.baseUrl(), listener);
            List<Receipt> receipts = say(conversation, 3);
            gate.awaitReached(SOON);

            Closure closure = stopped(conversation, receipts);
            assertThat(closure.initiator()).isEqualTo(Closure.Initiator.APPLICATION);
            assertThat(outcomes(receipts)).containsOnly("NOT_SENT");
            gate.open();
            assertThat(server.journal().received()).isEmpty();
        }
    }

    @FaultTest
    @DisplayName("F46 stop while the socket stands and the server is silent, before it read a frame, while it answers")
    void stop_when_live() throws Exception {
        List<Function<RealtimeSimulator, Gate>> phases = List.of(
                RealtimeSimulator::holdOpened, RealtimeSimulator::holdFirstFrame, RealtimeSimulator::holdResponses);
        for (Function<RealtimeSimulator, Gate> phase : phases) {
            RealtimeSimulator server = serve();
            Gate gate = phase.apply(server);
            Conversation conversation = start(server.baseUrl(), new Heard());
            List<Receipt> receipts = say(conversation, 3);
            conversation.requestResponse();
            gate.awaitReached(SOON);
            live(conversation);

            Closure closure = stopped(conversation, receipts);
            assertThat(closure.initiator()).isEqualTo(Closure.Initiator.APPLICATION);
            truthful(receipts, server);
            gate.open();
            server.connections().get(0).awaitDisconnected(SOON);
            assertThat(server.connections().get(0).closeCode()).hasValue(1000);
        }
    }

    /** L2: at most five seconds from any phase. */
    private Closure stopped(Conversation conversation, List<Receipt> receipts) throws Exception {
        long begun = System.nanoTime();
        conversation.close();
        Closure closure = end(conversation, receipts);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
        return closure;
    }

    @FaultTest
    @DisplayName("F46 stop before anything, twice, and while closing is one orderly end")
    void stop_at_once_and_again() throws Exception {
        RealtimeSimulator server = serve();
        Conversation conversation = start(server.baseUrl());

        conversation.close();
        conversation.close();

        assertThat(end(conversation).initiator()).isEqualTo(Closure.Initiator.APPLICATION);
        conversation.close();
        assertThat(conversation.sendText("too late").isAccepted()).isFalse();
    }

    @FaultTest
    @DisplayName("F47 a storm of 10,000 operations from each of eight threads: each conversation has one end and true"
            + " outcomes")
    void storm() throws Exception {
        int threads = 8;
        int wanted = threads * 10_000;
        AtomicInteger operations = new AtomicInteger();
        RealtimeSimulator server = serve();
        RealtimeConversations conversations = conversations(server.baseUrl());
        List<Heard> listeners = new CopyOnWriteArrayList<>();
        List<Receipt> all = new CopyOnWriteArrayList<>();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> workers = new ArrayList<>();
        for (int each = 0; each < threads; each++) {
            SplittableRandom chance = new SplittableRandom(each);
            Thread worker = new Thread(() -> {
                try {
                    begin.await();
                    while (operations.get() < wanted) {
                        Heard listener = new Heard();
                        listeners.add(listener);
                        all.addAll(oneRound(conversations, listener, operations, chance.split()));
                    }
                } catch (Exception | AssertionError failed) {
                    failures.add(failed);
                }
            });
            workers.add(worker);
            worker.start();
        }

        begin.countDown();
        for (Thread worker : workers) {
            worker.join(TimeUnit.SECONDS.toMillis(100));
        }

        assertThat(failures).isEmpty();
        assertThat(operations).hasValueGreaterThanOrEqualTo(wanted);
        assertThat(listeners).allSatisfy(listener -> assertThat(listener.ends()).hasSize(1));
        truthfulInAnyOrder(all, server);
        assertThat(conversations.openCount()).isZero();
        anotherWorks(conversations);
    }

    private List<Receipt> oneRound(
            RealtimeConversations conversations, Heard listener, AtomicInteger operations, SplittableRandom chance)
            throws Exception {
        Conversation conversation = conversations.start(StartRequest.direct(session()), listener);
        List<Receipt> receipts = new ArrayList<>();
        for (int operation = 0; operation < 100; operation++) {
            operations.incrementAndGet();
            switch (chance.nextInt(4)) {
                case 0 -> receipts.add(conversation.sendText("text " + operation));
                case 1 -> conversation.offerAudio(new byte[960]);
                case 2 -> conversation.requestResponse();
                default -> conversation.cancelResponse();
            }
            if (chance.nextInt(80) == 0) {
                break;
            }
        }
        conversation.close();
        end(conversation, receipts);
        listener.awaitEnd();
        return receipts;
    }

    private static void truthfulInAnyOrder(List<Receipt> receipts, RealtimeSimulator server) throws Exception {
        List<String> arrived = server.journal().received().stream()
                .filter(entry -> entry.type().equals("conversation.item.create"))
                .map(entry -> entry.json().text("item.id"))
                .toList();
        assertThat(arrived).doesNotHaveDuplicates();
        for (Receipt receipt : receipts) {
            String outcome = get(receipt.outcome()).name();
            if (outcome.equals("ACKNOWLEDGED")) {
                assertThat(arrived).contains(receipt.itemId());
            } else if (outcome.equals("NOT_SENT")) {
                assertThat(arrived).doesNotContain(receipt.itemId());
            }
        }
    }
}
