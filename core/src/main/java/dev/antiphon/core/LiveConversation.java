package dev.antiphon.core;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.ResponseConfig;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.port.TransportChoice;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** What the application holds: turns calls into queued input and reads the engine's state. */
final class LiveConversation implements Conversation {
    private final String id;
    private final TransportChoice transport;
    private final ConversationEngine engine;
    private final ConversationSetup setup;
    private final EventIds ids = new EventIds();
    private final ListenerOutlet firstOutlet;
    private final AudioGate gate = new Gate();
    private final Playback playback = new PlayedAudio();
    private final DropReports drops;

    /** Guarded by the engine's lock. */
    private boolean listening;

    LiveConversation(String id, TransportChoice transport, ConversationEngine engine, ConversationSetup setup) {
        this.id = id;
        this.transport = transport;
        this.engine = engine;
        this.setup = setup;
        this.firstOutlet =
                new ListenerOutlet(engine.lock, engine.fanout, setup.listenerExecutor(), setup.libraryThreads());
        this.drops = new DropReports(engine, setup.scheduler());
        Deferred after = new Deferred();
        engine.lock.lock();
        try {
            engine.fanout.add(firstOutlet);
            engine.fanout.publish((Signal) listener -> listener.onStarted(this), after);
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public TransportChoice transport() {
        return transport;
    }

    @Override
    public Phase phase() {
        return engine.phase();
    }

    @Override
    public CompletionStage<SdpAnswer> answer() {
        return engine.answer.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Void> ready() {
        return engine.ready.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Void> joined() {
        return engine.joined.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Closure> closed() {
        return engine.closed.minimalCompletionStage();
    }

    // ------------------------------------------------------------------ items

    @Override
    public Receipt sendText(Role role, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a text must not be empty");
        }
        String itemId = ids.item();
        ContentPart part =
                role.equals(Role.ASSISTANT) ? new ContentPart.OutputText(text) : new ContentPart.InputText(text);
        Item item = new Item.Message(itemId, role, List.of(part));
        return offer(InputReceipt.Kind.TEXT, itemId, item, null);
    }

    @Override
    public Receipt sendHandoffOutput(HandoffOutput output) {
        String itemId = ids.item();
        Item item = new Item.FunctionCallOutput(itemId, output.callId(), output.output());
        Receipt receipt = offer(InputReceipt.Kind.HANDOFF, itemId, item, output.callId());
        if (receipt.isAccepted() && output.wantsResponse()) {
            // Its own stage is of no interest: a refusal shows as an error event.
            requestResponse();
        }
        return receipt;
    }

    private Receipt offer(InputReceipt.Kind kind, String itemId, Item item, @Nullable String callId) {
        InputReceipt receipt = new InputReceipt(kind, ids.event(), itemId);
        ClientEvent event = new ClientEvent.ConversationItemCreate(receipt.eventId(), Optional.empty(), item);
        Deferred after = new Deferred();
        InputDrain wake;
        engine.lock.lock();
        try {
            if (callId != null && !lanesClosed()) {
                Optional<Outcome.Reason> refusal = engine.state.toolCalls.answer(callId);
                if (refusal.isPresent()) {
                    ItemCounts counts = engine.lanes.receipts.counts(kind);
                    counts.offered++;
                    counts.refused++;
                    return receipt.refused(refusal.get(), "the tool call is " + describe(refusal.get()));
                }
                receipt.answers(callId);
            }
            engine.lanes.offer(receipt, event, engine.now(), after);
            if (callId != null && !receipt.isAccepted()) {
                engine.state.toolCalls.reopen(callId);
            }
            wake = engine.wakeable();
        } finally {
            engine.lock.unlock();
        }
        finish(wake, after);
        return receipt;
    }

    private static String describe(Outcome.Reason refusal) {
        return refusal == Outcome.Reason.ALREADY_ANSWERED ? "answered already" : "not one of this conversation";
    }

    private boolean lanesClosed() {
        return engine.lanes.isClosed();
    }

    private void finish(@Nullable InputDrain wake, Deferred after) {
        after.run(setup.libraryThreads());
        if (wake != null) {
            wake.start();
        }
    }

    // ------------------------------------------------------------------ audio

    @Override
    public AudioOffer offerAudio(byte[] audio) {
        if (audio.length == 0) {
            throw new IllegalArgumentException("an audio frame must not be empty");
        }
        ClientEvent.InputAudioBufferAppend frame =
                new ClientEvent.InputAudioBufferAppend("", AudioData.of(audio.clone()));
        AudioOffer result;
        InputDrain wake;
        engine.lock.lock();
        try {
            result = engine.lanes.offerAudio(frame, engine.now());
            wake = engine.wakeable();
        } finally {
            engine.lock.unlock();
        }
        if (wake != null) {
            wake.start();
        }
        if (result == AudioOffer.REPLACED_OLDEST || result == AudioOffer.DROPPED) {
            drops.onDrop();
        }
        return result;
    }

    @Override
    public AudioGate audio() {
        return gate;
    }

    /** Push-to-talk. */
    private final class Gate implements AudioGate {
        @Override
        public void pause() {
            set(true);
        }

        @Override
        public void resume() {
            set(false);
        }

        private void set(boolean paused) {
            engine.lock.lock();
            try {
                engine.lanes.audio.paused = paused;
            } finally {
                engine.lock.unlock();
            }
        }

        @Override
        public boolean isPaused() {
            engine.lock.lock();
            try {
                return engine.lanes.audio.paused;
            } finally {
                engine.lock.unlock();
            }
        }

        @Override
        public CompletionStage<Void> clear() {
            return write(
                    (event, ticket) -> {
                        engine.lanes.audio.clearFrames();
                        return engine.lanes.audioCommand(event, ticket, engine.now());
                    },
                    new ClientEvent.InputAudioBufferClear(ids.event()));
        }

        @Override
        public CompletionStage<Void> commit() {
            return write(
                    (event, ticket) -> engine.lanes.audioCommand(event, ticket, engine.now()),
                    new ClientEvent.InputAudioBufferCommit(ids.event()));
        }
    }

    // ------------------------------------------------------------------ responses and commands

    @Override
    public CompletionStage<String> requestResponse() {
        return requestResponse(Optional.empty());
    }

    @Override
    public CompletionStage<String> requestResponse(ResponseConfig overrides) {
        return requestResponse(Optional.of(overrides));
    }

    private CompletionStage<String> requestResponse(Optional<ResponseConfig> overrides) {
        Optional<String> refusal = transport().transport().traits().refusalOf("response.create");
        if (refusal.isPresent()) {
            return CompletableFuture.failedStage(new NotSentException(Outcome.Reason.NOT_ENCODABLE, refusal.get()));
        }
        CompletableFuture<String> responseId;
        InputDrain wake;
        engine.lock.lock();
        try {
            if (lanesClosed()) {
                return CompletableFuture.failedStage(new NotSentException(
                        Outcome.Reason.CONVERSATION_CLOSED, "the conversation is ending or has ended"));
            }
            responseId = engine.state.responses.request(ids.event(), overrides, engine.lanes.nextSequence());
            wake = engine.wakeable();
        } finally {
            engine.lock.unlock();
        }
        if (wake != null) {
            wake.start();
        }
        return responseId.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Void> cancelResponse() {
        Optional<String> running;
        engine.lock.lock();
        try {
            running = engine.state.responses.activeId();
        } finally {
            engine.lock.unlock();
        }
        return command(new ClientEvent.ResponseCancel(ids.event(), running));
    }

    @Override
    public CompletionStage<Void> interrupt() {
        return interrupt(playback.heard());
    }

    @Override
    public CompletionStage<Void> interrupt(Duration heard) {
        boolean running;
        String itemId;
        int contentIndex;
        long position;
        engine.lock.lock();
        try {
            running = engine.state.responses.isActive();
            itemId = engine.state.playback.itemId();
            contentIndex = engine.state.playback.contentIndex();
            position = engine.state.playback.clamp(heard);
            engine.state.playback.clear();
        } finally {
            engine.lock.unlock();
        }
        CompletionStage<Void> done = running ? cancelResponse() : CompletableFuture.completedStage(null);
        if (engine.startRequest().offer().isPresent()) {
            // The peer's audio is at the server: it trims what was not played and tells so.
            return both(done, command(new ClientEvent.OutputAudioBufferClear(ids.event())));
        } else if (position > 0 && !itemId.isEmpty()) {
            return both(
                    done,
                    command(new ClientEvent.ConversationItemTruncate(ids.event(), itemId, contentIndex, position)));
        }
        return done;
    }

    private static CompletionStage<Void> both(CompletionStage<Void> first, CompletionStage<Void> second) {
        return first.thenCombine(second, (a, b) -> null);
    }

    @Override
    public CompletionStage<Void> updateSession(SessionConfig update) {
        return write(
                (event, ticket) -> {
                    boolean accepted = engine.lanes.command(event, ticket, engine.now());
                    if (accepted) {
                        engine.updateSession(update);
                    }
                    return accepted;
                },
                new ClientEvent.SessionUpdate(ids.event(), update));
    }

    @Override
    public CompletionStage<Void> send(ClientEvent event) {
        Objects.requireNonNull(event, "event");
        return write((raw, ticket) -> engine.lanes.afterAccepted(raw, ticket, engine.now()), event);
    }

    private CompletionStage<Void> command(ClientEvent event) {
        return write((command, ticket) -> engine.lanes.command(command, ticket, engine.now()), event);
    }

    private CompletionStage<Void> write(BiPredicate<ClientEvent, WriteTicket> queue, ClientEvent event) {
        Optional<String> refusal = transport().transport().traits().refusalOf(event);
        if (refusal.isPresent()) {
            return CompletableFuture.failedStage(new NotSentException(Outcome.Reason.NOT_ENCODABLE, refusal.get()));
        }
        WriteTicket ticket = new WriteTicket();
        InputDrain wake = null;
        engine.lock.lock();
        try {
            if (queue.test(event, ticket)) {
                wake = engine.wakeable();
            }
        } finally {
            engine.lock.unlock();
        }
        if (wake != null) {
            wake.start();
        }
        return ticket.stage();
    }

    // ------------------------------------------------------------------ events and state

    @Override
    public void listen(ConversationListener listener) {
        Objects.requireNonNull(listener, "listener");
        Deferred after = new Deferred();
        engine.lock.lock();
        try {
            ListenerOutlet outlet = firstOutlet;
            if (listening) {
                outlet = new ListenerOutlet(
                        engine.lock, engine.fanout, setup.listenerExecutor(), setup.libraryThreads());
                outlet.add((Signal) started -> started.onStarted(this), after);
                Closure closure = engine.closure();
                if (closure != null) {
                    outlet.add((Signal) ended -> ended.onClosed(closure), after);
                } else {
                    engine.fanout.add(outlet);
                }
            }
            listening = true;
            outlet.attach(listener);
            if (outlet.wake()) {
                after.call(outlet::start);
            }
        } finally {
            engine.lock.unlock();
        }
        after.run(setup.libraryThreads());
    }

    @Override
    public Flow.Publisher<ServerEvent> events() {
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            EventSubscription subscription = new EventSubscription(
                    engine.lock, engine.fanout, setup.listenerExecutor(), setup.libraryThreads(), subscriber);
            Deferred after = new Deferred();
            boolean start;
            engine.lock.lock();
            try {
                subscription.begin(after);
                Closure closure = engine.closure();
                if (closure != null) {
                    subscription.end(closure, after);
                } else {
                    engine.fanout.add(subscription);
                }
                start = subscription.wake();
            } finally {
                engine.lock.unlock();
            }
            after.run(setup.libraryThreads());
            if (start) {
                subscription.start();
            }
        };
    }

    @Override
    public List<TranscriptEntry> transcript() {
        engine.lock.lock();
        try {
            return engine.state.transcript.entries();
        } finally {
            engine.lock.unlock();
        }
    }

    @Override
    public Playback playback() {
        return playback;
    }

    /** The playback clock under the lock. */
    private final class PlayedAudio implements Playback {
        @Override
        public void playedBytes(int bytes) {
            requireNotNegative(bytes);
            engine.lock.lock();
            try {
                engine.state.playback.playedBytes(bytes);
            } finally {
                engine.lock.unlock();
            }
        }

        @Override
        public void played(Duration time) {
            requireNotNegative(time.toNanos());
            engine.lock.lock();
            try {
                engine.state.playback.playedMillis(time.toNanos() / 1e6);
            } finally {
                engine.lock.unlock();
            }
        }

        private static void requireNotNegative(long amount) {
            if (amount < 0) {
                throw new IllegalArgumentException("nothing is played backwards: " + amount);
            }
        }

        @Override
        public Duration heard() {
            engine.lock.lock();
            try {
                return engine.state.playback.heard();
            } finally {
                engine.lock.unlock();
            }
        }

        @Override
        public Duration received() {
            engine.lock.lock();
            try {
                return engine.state.playback.received();
            } finally {
                engine.lock.unlock();
            }
        }
    }

    @Override
    public ConversationSummary summary() {
        return engine.summary();
    }

    @Override
    public void close() {
        engine.close(Closure.requested());
    }

    /** Ends it because a newer conversation takes its place. */
    void replace() {
        engine.close(Closure.replaced());
    }

    @Override
    public String toString() {
        return "Conversation[" + id + ", " + transport.name() + ", " + phase() + "]";
    }
}
