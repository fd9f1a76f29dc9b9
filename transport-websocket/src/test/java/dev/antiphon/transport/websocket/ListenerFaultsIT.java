package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationLimits;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.ConversationObserver;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;

/** Faults of the application's listener and errors that the server sends as events. */
@Timeout(120)
class ListenerFaultsIT extends ConversationFixture {
    @FaultTest
    @DisplayName("F37 a server error that names an event rejects that text and the session lives")
    void error_with_an_event_id() throws Exception {
        RealtimeSimulator server = serve(builder -> builder.script((connection, event) -> {
            if (event.text("item.content.0.text").equals("bad")) {
                connection.send(
                        "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"code\":\"no_such_thing\","
                                + "\"message\":\"no\",\"event_id\":\"" + event.text("event_id") + "\"}}");
                return true;
            }
            return false;
        }));

        Conversation conversation = start(server.baseUrl());
        Receipt before = conversation.sendText("good");
        Receipt bad = conversation.sendText("bad");
        Receipt after = conversation.sendText("good again");

        assertThat(get(bad.outcome())).isEqualTo(new Outcome.Rejected("no_such_thing", "no"));
        assertThat(outcomes(List.of(before, after))).containsOnly("ACKNOWLEDGED");
        conversation.close();
        assertThat(end(conversation, List.of(before, bad, after)).isOrderly()).isTrue();
    }

    @FaultTest
    @DisplayName("F37 a server error that names nothing is an event and no more")
    void error_without_an_event_id() throws Exception {
        RealtimeSimulator server = serve();
        Conversation conversation = start(server.baseUrl());
        heard.await("session.updated");

        server.connections()
                .get(0)
                .send(
                        "{\"type\":\"error\",\"error\":{\"type\":\"server_error\",\"message\":\"something went wrong\"}}");

        heard.await("error");
        assertThat(get(conversation.sendText("still there?").outcome()).name()).isEqualTo("ACKNOWLEDGED");
    }

    @FaultTest
    @DisplayName("F38 an expired session ends with SESSION_EXPIRED and is not restarted behind anybody's back")
    void session_expires() throws Exception {
        RealtimeSimulator server = serve(builder -> builder.sessionLength(SHORT));

        Conversation conversation = start(server.baseUrl());

        Closure closure = end(conversation);
        assertThat(fault(closure)).isEqualTo(Fault.SESSION_EXPIRED);
        assertThat(closure.recoverable()).isTrue();
        assertThat(server.requests()).hasSize(1);
    }

    @FaultTest
    @DisplayName("F42 a listener that blocks keeps neither its own sends nor others nor pongs")
    void listener_blocks() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        limits = ConversationLimits.DEFAULT.withEvents(4, SOON);
        RealtimeSimulator server = serve();
        RealtimeConversations conversations = conversations(server.baseUrl());
        Heard slow = new Heard() {
            @Override
            public void onEvent(ServerEvent event) {
                super.onEvent(event);
                if (event.type().equals("session.updated")) {
                    blocked.countDown();
                    hold(release);
                }
            }
        };
        Conversation conversation = conversations.start(StartRequest.direct(session()), slow);
        assertThat(blocked.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        Connection connection = server.connections().get(0);

        Conversation other = conversations.start(StartRequest.direct(session()), new Heard());
        live(other);
        List<Receipt> receipts = new ArrayList<>();
        List<Long> own = new ArrayList<>();
        List<Long> others = new ArrayList<>();
        for (int each = 0; each < 200; each++) {
            own.add(millisToWrite(conversation, receipts));
            others.add(millisToWrite(other, new ArrayList<>()));
        }
        assertThat(percentile99(own)).as("own sends, ms").isLessThan(50);
        assertThat(percentile99(others)).as("sends of others, ms").isLessThan(50);
        server.journal().await(entry -> entry.text().contains("text 199"), SOON);
        anotherWorks(conversations);
        connection.ping("are you there?");
        server.journal()
                .await(
                        "pong",
                        entry -> entry.kind() == JournalEntry.Kind.PONG_RECEIVED
                                && entry.type().equals("are you there?"),
                        SOON);

        release.countDown();
        assertThat(outcomes(receipts)).containsOnly("ACKNOWLEDGED");
        conversation.close();
        end(conversation, receipts);
    }

    private static long millisToWrite(Conversation conversation, List<Receipt> receipts) throws Exception {
        long begun = System.nanoTime();
        Receipt receipt = conversation.sendText("text " + receipts.size());
        get(receipt.written());
        receipts.add(receipt);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    private static long percentile99(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() * 99 / 100 - 1);
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @FaultTest
    @DisplayName("F42 past the stall limit the conversation ends with CONSUMER_STALLED")
    void listener_stalls() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        limits = ConversationLimits.DEFAULT.withEvents(4, SHORT);
        RealtimeSimulator server = serve();
        Heard slow = new Heard() {
            @Override
            public void onEvent(ServerEvent event) {
                hold(release);
            }
        };
        Conversation conversation = start(server.baseUrl(), slow);
        List<Receipt> receipts = say(conversation, 30);

        Closure closure = end(conversation, receipts);
        assertThat(fault(closure)).isEqualTo(Fault.CONSUMER_STALLED);
        release.countDown();
    }

    @FaultTest
    @DisplayName(
            "F43 a listener that throws, an Error too, hears the next event; the hook is told each time, and may throw")
    void listener_throws() throws Exception {
        List<Throwable> told = new CopyOnWriteArrayList<>();
        observer = new ConversationObserver() {
            @Override
            public void onListenerFailure(ObservedConversation conversation, Throwable failure) {
                told.add(failure);
                throw new IllegalStateException("on purpose, too");
            }
        };
        RealtimeSimulator server = serve();
        Heard throwing = new Heard() {
            @Override
            public void onEvent(ServerEvent event) {
                super.onEvent(event);
                if (event.type().equals("session.created")) {
                    throw new IllegalStateException("on purpose");
                }
                if (event.type().equals("session.updated")) {
                    throw new AssertionError("on purpose");
                }
            }
        };

        Conversation conversation = start(server.baseUrl(), throwing);
        Receipt receipt = conversation.sendText("hello");

        throwing.await("conversation.item.added");
        assertThat(get(receipt.outcome()).name()).isEqualTo("ACKNOWLEDGED");
        conversation.close();
        assertThat(end(conversation).isOrderly()).isTrue();
        assertThat(told).hasExactlyElementsOfTypes(IllegalStateException.class, AssertionError.class);
    }

    @FaultTest
    @DisplayName("F44 a listener may send, start and stop from inside a call")
    void listener_calls_back() throws Exception {
        RealtimeSimulator server = serve();
        RealtimeConversations conversations = conversations(server.baseUrl());
        CompletableFuture<Conversation> started = new CompletableFuture<>();
        AtomicInteger calls = new AtomicInteger();
        Heard second = new Heard();
        Heard calling = new Heard() {
            private final CompletableFuture<Conversation> self = new CompletableFuture<>();

            @Override
            public void onStarted(Conversation conversation) {
                self.complete(conversation);
            }

            @Override
            public void onEvent(ServerEvent event) {
                super.onEvent(event);
                if (event.type().equals("session.updated")) {
                    started.complete(conversations.start(StartRequest.direct(session()), second));
                    Conversation own = self.join();
                    own.sendText("from inside")
                            .outcome()
                            .toCompletableFuture()
                            .orTimeout(SOON.toSeconds(), TimeUnit.SECONDS)
                            .join();
                    calls.incrementAndGet();
                    own.close();
                    own.close();
                }
            }
        };

        Conversation conversation = conversations.start(StartRequest.direct(session()), calling);

        assertThat(end(conversation).isOrderly()).isTrue();
        assertThat(calls).hasValue(1);
        second.await("session.updated");
        started.get().close();
        assertThat(end(started.get()).isOrderly()).isTrue();
    }
}
