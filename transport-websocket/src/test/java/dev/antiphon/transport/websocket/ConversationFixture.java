package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationLimits;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.ConversationSummary;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.ConversationObserver;
import dev.antiphon.testkit.network.FaultProxy;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/**
 * Whole conversations for tests of faults: the engine over this transport, a network that can be made
 * bad, and the simulator. After each test all of it is closed, in that order, and nothing may be left.
 */
abstract class ConversationFixture extends SocketFixture {
    static final Duration SOON = Duration.ofSeconds(20);

    final Heard heard = new Heard();
    ConversationLimits limits = ConversationLimits.DEFAULT;
    ConversationObserver observer = ConversationObserver.NONE;
    UnaryOperator<WebSocketTransport.Builder> transport = builder -> builder;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void close_everything() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    <T extends AutoCloseable> T closing(T what) {
        open.push(what);
        return what;
    }

    RealtimeSimulator serve() {
        return serve(builder -> builder);
    }

    RealtimeSimulator serve(UnaryOperator<RealtimeSimulator.Builder> change) {
        return closing(change.apply(RealtimeSimulator.builder().unpaced()).start());
    }

    FaultProxy networkTo(RealtimeSimulator server) {
        return closing(FaultProxy.to(server.port()));
    }

    RealtimeConversations conversations(URI baseUrl) {
        return conversations(RealtimeEndpoint.builder(baseUrl.toString())
                .credentials(Credentials.apiKey("test-key"))
                .build());
    }

    RealtimeConversations conversations(RealtimeEndpoint endpoint) {
        WebSocketTransport direct = transport
                .apply(WebSocketTransport.builder(endpoint)
                        .settings(settings.build())
                        .resources(resources)
                        .retryDelay(Duration.ofMillis(10)))
                .build();
        return closing(RealtimeConversations.builder()
                .direct(direct)
                .limits(limits)
                .observer(observer)
                .build());
    }

    Conversation start(URI baseUrl) {
        return start(baseUrl, heard);
    }

    Conversation start(URI baseUrl, ConversationListener listener) {
        return conversations(baseUrl).start(StartRequest.direct(session()), listener);
    }

    static SessionConfig session() {
        return SessionConfig.builder().model("gpt-realtime").build();
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    static void live(Conversation conversation) throws Exception {
        get(conversation.ready());
    }

    static List<Receipt> say(Conversation conversation, int texts) {
        List<Receipt> receipts = new ArrayList<>();
        for (int each = 0; each < texts; each++) {
            receipts.add(conversation.sendText("text " + each));
        }
        return receipts;
    }

    /** The end, once everything that promises something has kept it: one end, all outcomes, balanced numbers. */
    Closure end(Conversation conversation, List<Receipt> receipts) throws Exception {
        Closure closure = get(conversation.closed());
        for (Receipt receipt : receipts) {
            // N1: at most five seconds after the end.
            receipt.outcome().toCompletableFuture().get(5, TimeUnit.SECONDS);
        }
        balanced(conversation.summary());
        return closure;
    }

    Closure end(Conversation conversation) throws Exception {
        return end(conversation, List.of());
    }

    /** N5. */
    static void balanced(ConversationSummary summary) {
        for (ConversationSummary.Items items : List.of(summary.texts(), summary.handoffs())) {
            assertThat(items.offered()).as("%s", items).isEqualTo(items.accepted() + items.refused());
            assertThat(items.pending()).as("%s", items).isZero();
        }
        ConversationSummary.Audio audio = summary.audio();
        assertThat(audio.offered()).as("%s", audio).isEqualTo(audio.written() + audio.dropped());
    }

    static Fault fault(Closure closure) {
        return closure.cause().map(TransportException::fault).orElseThrow(() -> new AssertionError(closure));
    }

    static List<String> outcomes(List<Receipt> receipts) throws Exception {
        List<String> names = new ArrayList<>();
        for (Receipt receipt : receipts) {
            names.add(get(receipt.outcome()).name());
        }
        return names;
    }

    /** N2 and N3: what was acknowledged is in the server's journal, what was not sent is not, once and in order. */
    static void truthful(List<Receipt> receipts, RealtimeSimulator server) throws Exception {
        List<String> arrived = server.journal().received().stream()
                .filter(entry -> entry.type().equals("conversation.item.create"))
                .map(entry -> entry.json().text("item.id"))
                .toList();
        assertThat(arrived).doesNotHaveDuplicates();
        List<String> sent = receipts.stream().map(Receipt::itemId).toList();
        assertThat(sent.stream().filter(arrived::contains).toList())
                .as("order of arrival")
                .isEqualTo(arrived.stream().filter(sent::contains).toList());
        for (Receipt receipt : receipts) {
            Outcome outcome = get(receipt.outcome());
            if (outcome instanceof Outcome.Acknowledged) {
                assertThat(arrived).contains(receipt.itemId());
            } else if (outcome instanceof Outcome.NotSent) {
                assertThat(arrived).doesNotContain(receipt.itemId());
            }
        }
    }

    /** A fault leaves nothing behind: the next conversation of the same transport works. */
    void anotherWorks(RealtimeConversations conversations) throws Exception {
        Heard second = new Heard();
        Conversation conversation = conversations.start(StartRequest.direct(session()), second);
        Receipt receipt = conversation.sendText("and now?");
        get(conversation.requestResponse());
        second.await("response.done");
        assertThat(get(receipt.outcome()).name()).isEqualTo("ACKNOWLEDGED");
        conversation.close();
        assertThat(get(conversation.closed()).isOrderly()).isTrue();
    }
}
