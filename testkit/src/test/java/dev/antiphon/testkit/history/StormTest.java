package dev.antiphon.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.ConversationSummary;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import dev.antiphon.testkit.InMemorySocket;
import dev.antiphon.testkit.InMemoryTransport;
import dev.antiphon.testkit.history.HistoryEntry.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Eight threads start, stop and talk in a few conversations at once, on real threads. Their history is
 * judged like a simulated one, but for times: the threads share a machine with others.
 */
@Timeout(180)
class StormTest {
    private static final int THREADS = 8;
    private static final int DEEDS = Integer.getInteger("antiphon.storm.deeds", 10_000);
    private static final int PLACES = 16;

    private final History history = new History(() -> 0);
    private final InMemoryTransport transport = InMemoryTransport.create();
    private final RealtimeConversations conversations =
            RealtimeConversations.builder().direct(new Watched()).build();
    private final AtomicReferenceArray<Talk> places = new AtomicReferenceArray<>(PLACES);
    private final Queue<Talk> talks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger names = new AtomicInteger();
    private final AtomicInteger events = new AtomicInteger();
    private final Map<InMemorySocket, String> sockets = new ConcurrentHashMap<>();

    @Test
    void promises_hold_while_eight_threads_start_stop_and_talk() throws Exception {
        transport.server().onInput(this::serve);
        for (int place = 0; place < PLACES; place++) {
            places.set(place, new Talk());
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> storms = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                long seed = thread;
                storms.add(threads.submit(() -> storm(new SplittableRandom(seed))));
            }
            for (Future<?> storm : storms) {
                storm.get(120, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }

        talks.forEach(Talk::stop);
        for (Talk talk : talks) {
            talk.finish();
        }

        assertThat(talks).hasSizeGreaterThan(PLACES);
        assertThat(HistoryChecker.violations(history)).isEmpty();
    }

    private void storm(SplittableRandom random) {
        for (int deed = 0; deed < DEEDS; deed++) {
            int place = random.nextInt(PLACES);
            int dice = random.nextInt(100);
            if (dice < 2) {
                places.get(place).stop();
            } else if (dice < 5) {
                places.getAndSet(place, new Talk()).stop();
            } else {
                places.get(place).say(1 + random.nextInt(2));
            }
        }
    }

    /** The server confirms every item, on whatever thread brings it. */
    private void serve(InMemorySocket socket, ClientEvent event) {
        if (event instanceof ClientEvent.SessionUpdate update) {
            String name = update.session().model().orElseThrow();
            sockets.put(socket, name);
            received(name, event.type(), "");
        } else if (event instanceof ClientEvent.ConversationItemCreate create) {
            String name = sockets.getOrDefault(socket, "nobody");
            String item = textOf(create.item());
            received(name, event.type(), item);
            String id = "e" + events.incrementAndGet();
            history.add(new HistoryEntry.Confirmed(name, name, item, id));
            synchronized (socket) {
                history.add(new HistoryEntry.EventSent(name, name, id));
                Envelope envelope = Envelope.of("conversation.item.added", id, new RawJson("{}"));
                socket.send(new ConversationEvent.ItemAdded(envelope, create.item(), ""));
            }
        }
    }

    private void received(String name, String type, String content) {
        history.add(new HistoryEntry.Received(name, name, type, content));
    }

    /** Notes what is given to a socket before the socket can say anything: from there on it may arrive. */
    private final class Watched implements RealtimeTransport {
        @Override
        public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
            String name = start.session().model().orElseThrow();
            InputChannels watched = writer -> inputs.drainTo(event -> {
                String content =
                        event instanceof ClientEvent.ConversationItemCreate create ? textOf(create.item()) : "";
                history.add(new HistoryEntry.Taken(name, name, event.type(), content));
                return writer.write(event);
            });
            return transport.open(start, watched, listener);
        }

        @Override
        public TransportTraits traits() {
            return transport.traits();
        }
    }

    private static String textOf(Item item) {
        return item instanceof Item.Message message && message.content().get(0) instanceof ContentPart.InputText text
                ? text.text()
                : "";
    }

    /** A conversation and its part of the ledger. */
    private final class Talk implements ConversationListener {
        private final String name = "c" + names.incrementAndGet();
        private final AtomicInteger texts = new AtomicInteger();
        private final Queue<CompletableFuture<Void>> outcomes = new ConcurrentLinkedQueue<>();
        private final CompletableFuture<Void> endHeard = new CompletableFuture<>();
        private final CompletableFuture<Void> ended;
        private final Conversation conversation;

        Talk() {
            history.add(new HistoryEntry.Started(name));
            talks.add(this);
            conversation = conversations.start(
                    StartRequest.direct(SessionConfig.builder().model(name).build()), this);
            ended = conversation
                    .closed()
                    .thenAccept(closure -> history.add(
                            new HistoryEntry.Ended(name, closure.initiator().name())))
                    .toCompletableFuture();
        }

        void say(int count) {
            List<String> items = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String item = name + "/t" + texts.incrementAndGet();
                items.add(item);
                history.add(new HistoryEntry.Offering(name, Channel.TEXT, item, ""));
            }
            List<Receipt> receipts = conversation.sendTexts(Role.USER, items);
            for (int i = 0; i < count; i++) {
                note(items.get(i), receipts.get(i));
            }
        }

        private void note(String item, Receipt receipt) {
            if (receipt.isAccepted()) {
                history.add(new HistoryEntry.Accepted(name, item));
                outcomes.add(receipt.outcome()
                        .thenAccept(outcome -> history.add(new HistoryEntry.Settled(name, item, outcome.name(), "")))
                        .toCompletableFuture());
            } else if (receipt.outcome().toCompletableFuture().join() instanceof Outcome.NotSent refusal) {
                String detail = refusal.detail().replace(receipt.itemId(), item);
                history.add(
                        new HistoryEntry.Refused(name, item, refusal.reason().name(), detail));
            }
        }

        void stop() {
            history.add(new HistoryEntry.StopAsked(name));
            conversation.close();
        }

        void finish() {
            CompletableFuture.allOf(ended, endHeard)
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            CompletableFuture.allOf(outcomes.toArray(new CompletableFuture<?>[0]))
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            ConversationSummary summary = conversation.summary();
            history.add(new HistoryEntry.Summed(name, summary.texts(), summary.handoffs(), summary.audio()));
        }

        @Override
        public void onPhase(Phase phase) {
            history.add(new HistoryEntry.PhaseHeard(name, phase));
        }

        @Override
        public void onEvent(ServerEvent event) {
            history.add(new HistoryEntry.EventHeard(name, event.envelope().eventId()));
        }

        @Override
        public void onClosed(Closure closure) {
            history.add(new HistoryEntry.EndHeard(name));
            endHeard.complete(null);
        }
    }
}
