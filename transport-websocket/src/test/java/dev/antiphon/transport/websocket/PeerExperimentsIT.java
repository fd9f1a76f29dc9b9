package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.AudioOffer;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationLimits;
import dev.antiphon.core.ConversationLimits.Lane;
import dev.antiphon.core.ConversationLimits.WhenFull;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.Unrecognized;
import dev.antiphon.testkit.ThreadCensus;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.HttpAnswer;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What other realtime clients were measured to do badly, done here with the outcome that an application
 * wants. M6, M7 and M9 concern the sideband and are proved with the sideband transport; M21 counts jars
 * in .ci/footprint.sh.
 */
@Timeout(120)
class PeerExperimentsIT extends ConversationFixture {
    private static final ConversationLimits PATIENT = ConversationLimits.DEFAULT.withLanes(
            new Lane(64, 1 << 20, WhenFull.await(SOON)), new Lane(64, 1 << 20, WhenFull.await(SOON)));

    private Conversation live(RealtimeSimulator server) throws Exception {
        Conversation conversation = start(server.baseUrl());
        heard.await("session.updated");
        return conversation;
    }

    private static long appends(RealtimeSimulator server) {
        return server.journal().received().stream()
                .filter(entry -> entry.type().equals("input_audio_buffer.append"))
                .count();
    }

    /** Runs the same work on so many threads at once and waits for all. */
    private static <T> List<T> atOnce(int threads, Callable<List<T>> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch begin = new CountDownLatch(1);
            List<Future<List<T>>> running = new ArrayList<>();
            for (int each = 0; each < threads; each++) {
                running.add(pool.submit(() -> {
                    begin.await();
                    return work.call();
                }));
            }
            begin.countDown();
            List<T> all = new ArrayList<>();
            for (Future<List<T>> each : running) {
                all.addAll(each.get(60, TimeUnit.SECONDS));
            }
            return all;
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    @DisplayName("M1 500 audio appends of 5 KB from one thread without pacing: none refused, all arrive")
    void burst_of_audio() throws Exception {
        limits = ConversationLimits.DEFAULT.withAudio(
                512, Optional.empty(), ConversationLimits.AudioWhenFull.DROP_OLDEST);
        RealtimeSimulator server = serve();
        Conversation conversation = live(server);

        List<AudioOffer> offers = new ArrayList<>();
        for (int each = 0; each < 500; each++) {
            offers.add(conversation.offerAudio(new byte[5_000]));
        }

        assertThat(offers).containsOnly(AudioOffer.ACCEPTED);
        // A text goes behind no audio, so the last append is awaited itself.
        server.journal().await("500 appends", entry -> appends(server) == 500, SOON);
        conversation.close();
        end(conversation);
        assertThat(conversation.summary().audio().written()).isEqualTo(500);
    }

    @Test
    @DisplayName("M2 paced audio: all of it arrives")
    void paced_audio() throws Exception {
        RealtimeSimulator server = serve();
        Conversation conversation = live(server);

        for (int each = 0; each < 100; each++) {
            assertThat(conversation.offerAudio(new byte[960])).isEqualTo(AudioOffer.ACCEPTED);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }

        server.journal().await("100 appends", entry -> appends(server) == 100, SOON);
    }

    @Test
    @DisplayName("M3 400 texts from four threads at once: all accepted, all confirmed")
    void four_threads() throws Exception {
        limits = PATIENT;
        RealtimeSimulator server = serve();
        Conversation conversation = live(server);

        List<Receipt> receipts = atOnce(4, () -> say(conversation, 100));

        assertThat(receipts).hasSize(400).allMatch(Receipt::isAccepted);
        assertThat(outcomes(receipts)).containsOnly("ACKNOWLEDGED");
    }

    @Test
    @DisplayName("M4 a slow reader with a bound of 100 gets all of 300 events and keeps its connection")
    void slow_reader() throws Exception {
        limits = ConversationLimits.DEFAULT.withEvents(100, SOON);
        CountDownLatch begin = new CountDownLatch(1);
        RealtimeSimulator server = serve();
        Heard slow = new Heard() {
            @Override
            public void onEvent(ServerEvent event) {
                try {
                    begin.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
                super.onEvent(event);
            }
        };
        Conversation conversation = start(server.baseUrl(), slow);
        Connection connection = server.awaitConnection(Connection.Kind.MODEL, SOON);
        for (int each = 0; each < 300; each++) {
            connection.send("{\"type\":\"news\",\"event_id\":\"n" + each + "\"}");
        }
        connection.awaitSent("news", SOON);

        begin.countDown();

        for (int each = 0; each < 300; each++) {
            assertThat(slow.await("news").eventId()).isEqualTo("n" + each);
        }
        assertThat(get(conversation.sendText("still there?").outcome()).name()).isEqualTo("ACKNOWLEDGED");
    }

    @Test
    @DisplayName("M5 two listeners and a subscriber at once each hear everything")
    void several_readers() throws Exception {
        RealtimeSimulator server = serve();
        Heard second = new Heard();
        Conversation conversation = start(server.baseUrl());
        conversation.listen(second);
        List<String> subscribed = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> complete = new CompletableFuture<>();
        conversation.events().subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(ServerEvent event) {
                subscribed.add(event.type());
            }

            @Override
            public void onError(Throwable failure) {
                complete.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                complete.complete(null);
            }
        });
        conversation.sendText("hello");
        get(conversation.requestResponse());

        heard.await("response.done");
        second.await("response.done");
        conversation.close();
        get(complete);

        assertThat(subscribed).contains("response.created", "response.done");
        assertThat(second.types()).contains("response.created");
    }

    @Test
    @DisplayName("M7 404 on connect is a typed refusal with status, code and the beginning of its body")
    void not_found() throws Exception {
        RealtimeSimulator server = serve();
        server.inflict(Misfortune.refuse(HttpAnswer.error(404, "model_not_found", "No such model."))
                .at(Moment.UPGRADE));

        Closure closure = end(start(server.baseUrl()));

        RefusedException refused = (RefusedException) closure.cause().orElseThrow();
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.errorCode()).contains("model_not_found");
        assertThat(refused.bodyExcerpt()).contains("No such model.");
    }

    @Test
    @DisplayName("M8 start gives a conversation at once; what is said before it is open is kept in order")
    void said_before_open() throws Exception {
        RealtimeSimulator server = serve();
        Gate upgrade = server.holdUpgrade();

        Conversation conversation = start(server.baseUrl());
        List<Receipt> receipts = say(conversation, 20);
        upgrade.awaitReached(SOON);
        upgrade.open();

        assertThat(outcomes(receipts)).containsOnly("ACKNOWLEDGED");
        truthful(receipts, server);
    }

    @Test
    @DisplayName("M10 50 idle conversations bring no thread")
    void idle_conversations() throws Exception {
        RealtimeSimulator server = serve();
        RealtimeConversations conversations = conversations(server.baseUrl());
        List<Heard> listeners = new ArrayList<>();
        // The first one starts what all share.
        anotherWorks(conversations);
        ThreadCensus before = ThreadCensus.now();

        for (int each = 0; each < 50; each++) {
            Heard listener = new Heard();
            listeners.add(listener);
            conversations.start(StartRequest.direct(session()), listener);
        }
        for (Heard listener : listeners) {
            listener.await("session.updated");
        }

        // Listeners ran on the library's pool, which grows while they block and shrinks when they do not.
        assertThat(before.newcomers())
                .filteredOn(thread -> !thread.getName().startsWith("antiphon-listener")
                        && !thread.getName().startsWith("antiphon-stage"))
                .isEmpty();
        assertThat(before.newcomers()).hasSizeLessThanOrEqualTo(8);
        assertThat(conversations.openCount()).isEqualTo(50);
    }

    @Test
    @DisplayName("M11 a malformed event is a decode error and the connection lives")
    void malformed_event() throws Exception {
        RealtimeSimulator server = serve();
        Conversation conversation = live(server);

        server.connections().get(0).send("{\"type\":");

        heard.await("decode error", DecodeError.class::isInstance);
        assertThat(get(conversation.sendText("still there?").outcome()).name()).isEqualTo("ACKNOWLEDGED");
    }

    @Test
    @DisplayName("M12 1,600 texts from eight threads at once: none refused, each arrives once")
    void eight_threads() throws Exception {
        limits = PATIENT;
        RealtimeSimulator server = serve();
        Conversation conversation = live(server);

        List<Receipt> receipts = atOnce(8, () -> say(conversation, 200));

        assertThat(receipts).hasSize(1_600).allMatch(Receipt::isAccepted);
        for (Receipt receipt : receipts) {
            get(receipt.written());
        }
        // Of more than 1,024 that wait for their confirmation the oldest are UNKNOWN; they arrived all the same.
        assertThat(outcomes(receipts)).doesNotContain("REJECTED", "NOT_SENT");
        conversation.close();
        end(conversation, receipts);
        List<String> arrived = server.journal().received().stream()
                .filter(entry -> entry.type().equals("conversation.item.create"))
                .map(entry -> entry.json().text("item.id"))
                .toList();
        assertThat(arrived)
                .containsExactlyInAnyOrderElementsOf(
                        receipts.stream().map(Receipt::itemId).toList());
    }

    @Test
    @DisplayName("M13 1,000 audio frames from two threads at once: none refused for contention")
    void audio_from_two_threads() throws Exception {
        limits = ConversationLimits.DEFAULT.withAudio(
                1_024, Optional.empty(), ConversationLimits.AudioWhenFull.DROP_OLDEST);
        RealtimeSimulator server = serve();
        Conversation conversation = live(server);

        List<AudioOffer> offers = atOnce(2, () -> {
            List<AudioOffer> mine = new ArrayList<>();
            for (int each = 0; each < 500; each++) {
                mine.add(conversation.offerAudio(new byte[960]));
            }
            return mine;
        });

        assertThat(offers).hasSize(1_000).containsOnly(AudioOffer.ACCEPTED);
        server.journal().await("1,000 appends", entry -> appends(server) == 1_000, SOON);
    }

    @Test
    @DisplayName("M14 2,000 events before there is a listener: it hears every one, in order")
    void events_before_a_listener() throws Exception {
        RealtimeSimulator server = serve();
        Conversation conversation = conversations(server.baseUrl()).start(StartRequest.direct(session()));
        Connection connection = server.awaitConnection(Connection.Kind.MODEL, SOON);
        connection.awaitSent("session.updated", SOON);
        for (int each = 0; each < 2_000; each++) {
            connection.send("{\"type\":\"news\",\"event_id\":\"n" + each + "\"}");
        }
        server.journal().await("the last event", entry -> entry.eventId().equals("n1999"), SOON);

        conversation.listen(heard);

        for (int each = 0; each < 2_000; each++) {
            assertThat(heard.await("news").eventId()).isEqualTo("n" + each);
        }
    }

    @Test
    @DisplayName("M15 401 on connect ends every stage at once, with status and reason")
    void unauthorized() throws Exception {
        RealtimeSimulator server = serve();
        server.refuseUpgrades(401, 1);

        Conversation conversation = start(server.baseUrl());

        Closure closure = end(conversation);
        assertThat(fault(closure)).isEqualTo(Fault.UPGRADE_REFUSED);
        assertThat(closure.cause().orElseThrow().status()).hasValue(401);
        assertThatThrownBy(() -> get(conversation.ready())).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(() -> get(conversation.joined())).isInstanceOf(ExecutionException.class);
    }

    @Test
    @DisplayName("M16 a send completes when the socket took it, though the server says nothing")
    void sends_complete_by_themselves() throws Exception {
        limits = PATIENT;
        RealtimeSimulator server = serve(RealtimeSimulator.Builder::silent);
        Conversation conversation = start(server.baseUrl());

        List<Receipt> receipts = say(conversation, 200);

        for (Receipt receipt : receipts) {
            get(receipt.written());
        }
        assertThat(heard.events()).isEmpty();
        conversation.close();
        assertThat(end(conversation, receipts).initiator()).isEqualTo(Closure.Initiator.APPLICATION);
        assertThat(outcomes(receipts)).containsOnly("UNKNOWN");
    }

    @Test
    @DisplayName("M17 unknown types arrive with their payload, GA and beta names of one event are one type")
    void names_of_events() throws Exception {
        RealtimeSimulator server = serve();
        live(server);
        Connection connection = server.connections().get(0);
        String delta =
                "\"event_id\":\"e\",\"response_id\":\"r\",\"item_id\":\"i\",\"output_index\":0,\"content_index\":0,"
                        + "\"delta\":\"AAAA\"}";

        connection.send("{\"type\":\"never.heard.of\",\"payload\":[1,2]}");
        connection.send("{\"type\":\"response.output_audio.delta\"," + delta);
        connection.send("{\"type\":\"response.audio.delta\"," + delta);

        ServerEvent unknown = heard.await("never.heard.of");
        assertThat(unknown).isInstanceOf(Unrecognized.class);
        assertThat(unknown.raw().text()).contains("[1,2]");
        assertThat(heard.await("audio", ResponseEvent.OutputAudioDelta.class::isInstance))
                .isNotNull();
        assertThat(heard.await("audio", ResponseEvent.OutputAudioDelta.class::isInstance))
                .isNotNull();
    }

    @Test
    @DisplayName("M18 a second listener does not take the place of the first")
    void second_listener() throws Exception {
        RealtimeSimulator server = serve();
        Conversation conversation = live(server);
        Heard second = new Heard();
        conversation.listen(second);

        server.connections().get(0).send("{\"type\":\"news\"}");

        heard.await("news");
        second.await("news");
    }

    @Test
    @DisplayName("M19 start never blocks, however long the handshake takes")
    void start_returns_atOnce() throws Exception {
        RealtimeSimulator server = serve();
        Gate accept = server.holdAccept();
        RealtimeConversations conversations = conversations(server.baseUrl());

        // Were start to wait for the handshake, this would be where the test hangs: the gate opens behind it.
        Conversation conversation = conversations.start(StartRequest.direct(session()), heard);
        accept.awaitReached(SOON);
        assertThat(conversation.joined().toCompletableFuture().isDone()).isFalse();

        accept.open();
        get(conversation.joined());
    }

    @Test
    @DisplayName("M20 sends hung on the open connection one after the other run in that order")
    void order_of_what_waited() throws Exception {
        RealtimeSimulator server = serve();
        Gate upgrade = server.holdUpgrade();
        Conversation conversation = start(server.baseUrl());
        upgrade.awaitReached(SOON);
        List<Receipt> receipts = new CopyOnWriteArrayList<>();
        CountDownLatch sent = new CountDownLatch(8);
        for (int each = 0; each < 8; each++) {
            int number = each;
            conversation.joined().thenRun(() -> {
                receipts.add(conversation.sendText("text " + number));
                sent.countDown();
            });
        }

        upgrade.open();

        assertThat(sent.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(outcomes(receipts)).containsOnly("ACKNOWLEDGED");
        List<String> arrived = server.journal().received().stream()
                .filter(entry -> entry.type().equals("conversation.item.create"))
                .map(entry -> entry.json().text("item.content.0.text"))
                .toList();
        assertThat(arrived)
                .containsExactly("text 0", "text 1", "text 2", "text 3", "text 4", "text 5", "text 6", "text 7");
    }

    @Test
    @DisplayName(
            "M16 audio too is written without an answer, and the deadline for the first event is the application's")
    void audio_to_a_silent_server() throws Exception {
        transport = builder -> builder.firstEventTimeout(Duration.ofMinutes(5));
        RealtimeSimulator server = serve(RealtimeSimulator.Builder::silent);
        Conversation conversation = start(server.baseUrl());

        for (int each = 0; each < 50; each++) {
            conversation.offerAudio(new byte[960]);
        }

        server.journal().await("50 appends", entry -> appends(server) == 50, SOON);
    }
}
