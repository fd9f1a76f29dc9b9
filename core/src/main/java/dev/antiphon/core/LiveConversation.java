package dev.antiphon.core;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.RateLimitsUpdated.RateLimit;
import dev.antiphon.core.model.ResponseConfig;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.core.port.TransportTraits;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** What the application holds: gives each call to the part that serves it. */
final class LiveConversation implements Conversation {
    private final String id;
    private final TransportChoice transport;
    private final ConversationEngine engine;
    private final ItemInput items;
    private final Commands commands;
    private final AudioInput audio;
    private final HeardAudio playback;
    private final Listening listening;

    LiveConversation(String id, TransportChoice transport, ConversationEngine engine) {
        TransportTraits traits = transport.transport().traits();
        this.id = id;
        this.transport = transport;
        this.engine = engine;
        this.items = new ItemInput(engine, traits);
        this.commands = new Commands(engine, traits);
        this.audio = new AudioInput(engine, commands, traits);
        this.playback = new HeardAudio(engine);
        this.listening = new Listening(this, engine);
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
        return engine.stages.answer();
    }

    @Override
    public CompletionStage<Void> ready() {
        return engine.stages.ready.stage();
    }

    @Override
    public CompletionStage<Void> joined() {
        return engine.stages.joined.stage();
    }

    @Override
    public CompletionStage<Closure> closed() {
        return engine.stages.closed.stage();
    }

    // ------------------------------------------------------------------ input

    @Override
    public Receipt sendText(Role role, String text) {
        return items.sendTexts(role, List.of(text)).get(0);
    }

    @Override
    public List<Receipt> sendTexts(Role role, List<String> texts) {
        return items.sendTexts(role, texts);
    }

    @Override
    public Receipt sendHandoffOutput(HandoffOutput output) {
        Receipt receipt = items.sendHandoffOutput(output);
        if (receipt.isAccepted() && output.wantsResponse()) {
            // Its own stage is of no interest: a refusal shows as an error event.
            requestResponse();
        }
        return receipt;
    }

    @Override
    public AudioOffer offerAudio(byte[] frame) {
        return audio.offer(AudioData.of(frame.clone()));
    }

    @Override
    public AudioOffer offerAudio(AudioData frame) {
        return audio.offer(frame);
    }

    @Override
    public AudioGate audio() {
        return audio;
    }

    @Override
    public Playback playback() {
        return playback;
    }

    // ------------------------------------------------------------------ orders

    @Override
    public CompletionStage<String> requestResponse() {
        return commands.requestResponse(Optional.empty());
    }

    @Override
    public CompletionStage<String> requestResponse(ResponseConfig overrides) {
        return commands.requestResponse(Optional.of(overrides));
    }

    @Override
    public CompletionStage<Void> cancelResponse() {
        return commands.cancelResponse();
    }

    @Override
    public CompletionStage<Void> interrupt() {
        return commands.interrupt(Optional.empty());
    }

    @Override
    public CompletionStage<Void> interrupt(Duration heard) {
        return commands.interrupt(Optional.of(heard));
    }

    @Override
    public CompletionStage<Void> updateSession(SessionConfig update) {
        return commands.updateSession(update);
    }

    @Override
    public CompletionStage<Void> send(ClientEvent event) {
        return commands.send(Objects.requireNonNull(event, "event"));
    }

    // ------------------------------------------------------------------ events and state

    @Override
    public void listen(ConversationListener listener) {
        listening.listen(listener);
    }

    @Override
    public Flow.Publisher<ServerEvent> events() {
        return listening;
    }

    @Override
    public List<TranscriptEntry> transcript() {
        return engine.read(engine.state.transcript::entries);
    }

    @Override
    public List<RateLimit> rateLimits() {
        return engine.read(engine.state.usage::rateLimits);
    }

    @Override
    public ConversationSummary summary() {
        return engine.summary();
    }

    // ------------------------------------------------------------------ life

    /** Opens the transport. */
    void open() {
        engine.open(transport);
    }

    @Override
    public void close() {
        engine.ending.begin(Closure.requested());
    }

    /** Ends it because a newer conversation takes its place. */
    void replace() {
        engine.ending.begin(Closure.replaced());
    }

    @Override
    public String toString() {
        return "Conversation[" + id + ", " + transport.name() + ", " + phase() + "]";
    }
}
