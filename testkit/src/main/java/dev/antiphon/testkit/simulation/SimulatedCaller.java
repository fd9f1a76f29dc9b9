package dev.antiphon.testkit.simulation;

import dev.antiphon.core.AudioDrop;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.ConversationSummary;
import dev.antiphon.core.HandoffOutput;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.ToolCall;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.testkit.history.History;
import dev.antiphon.testkit.history.HistoryEntry;
import dev.antiphon.testkit.history.HistoryEntry.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An application that has one conversation, does what comes to its mind, and keeps the ledger. */
final class SimulatedCaller implements ConversationListener {
    private static final Duration TALK = Duration.ofMillis(1_500);
    private static final Duration ANSWER = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final SimulatedWorld world;
    private final SimulatedWorld.Clock time;
    private final History history;
    private final Troubles troubles;
    private final Simulation.Layer layer;
    private final String name;
    private final List<String> toolCalls = new ArrayList<>();
    private @Nullable Conversation conversation;
    private boolean ended;
    private boolean endHeard;
    private int texts;
    private int handoffs;
    private int frames;
    private int open;

    /** What the listener throws now and then. */
    private static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Thrown() {
            super("a listener of a simulation throws now and then", null, false, false);
        }
    }

    SimulatedCaller(SimulatedWorld world, History history, Troubles troubles, Simulation.Layer layer, String name) {
        this.layer = layer;
        this.world = world;
        this.time = world.clock();
        this.history = history;
        this.troubles = troubles;
        this.name = name;
    }

    void start(RealtimeConversations conversations) {
        StartRequest request = world.chance(0.6)
                ? StartRequest.withOffer(ClientSays.session(name), new SdpOffer(SimulatedNetwork.SDP))
                : StartRequest.direct(ClientSays.session(name));
        history.add(new HistoryEntry.Started(name));
        Conversation started = layer.around(conversations.start(request, layer.around(this, world)), world);
        conversation = started;
        var unused = started.closed().thenAccept(closure -> {
            ended = true;
            history.add(new HistoryEntry.Ended(name, closure.initiator().name()));
        });
        for (int deeds = world.between(4, 14); deeds > 0; deeds--) {
            at(world.upTo(TALK), () -> act(started));
        }
        if (world.chance(0.5)) {
            at(world.upTo(TALK), () -> {
                troubles.strikes(Trouble.EARLY_STOP, 1);
                stop(started);
            });
        }
        at(PATIENCE, () -> stop(started));
        if (world.chance(0.15)) {
            at(world.upTo(TALK), () -> {
                troubles.strikes(Trouble.THREAD_STUCK, 1);
                world.hold("wire " + name, Duration.ofMillis(10));
            });
        }
    }

    private void act(Conversation with) {
        switch (world.between(0, 9)) {
            case 0, 1, 2 -> sendTexts(with, world.chance(0.7) ? 1 : world.between(2, 6));
            case 3 -> answer(with, world.chance(0.3) ? "call-nobody-made" : pick());
            case 4, 5 -> offerAudio(with, world.between(1, 12));
            case 6 -> ignore(with.requestResponse());
            case 7 -> ignore(world.chance(0.5) ? with.cancelResponse() : with.interrupt(Duration.ofMillis(20)));
            case 8 -> {
                if (world.chance(0.5)) {
                    with.audio().pause();
                } else {
                    with.audio().resume();
                }
                ignore(world.chance(0.5) ? with.audio().commit() : with.audio().clear());
            }
            default -> ignore(with.updateSession(ClientSays.session(name)));
        }
    }

    private String pick() {
        return toolCalls.isEmpty() ? "call-nobody-made" : toolCalls.get(world.between(0, toolCalls.size() - 1));
    }

    /** What comes of it shows as events. */
    private static void ignore(java.util.concurrent.CompletionStage<?> stage) {
        var unused = stage.exceptionally(failure -> null);
    }

    // ------------------------------------------------------------------ the ledger

    private void sendTexts(Conversation with, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String item = name + "/t" + ++texts;
            names.add(item);
            history.add(new HistoryEntry.Offering(name, Channel.TEXT, item, ""));
        }
        List<Receipt> receipts = with.sendTexts(Role.USER, names);
        for (int i = 0; i < count; i++) {
            note(names.get(i), receipts.get(i));
        }
    }

    private void answer(Conversation with, String toolCall) {
        String item = name + "/h" + ++handoffs;
        history.add(new HistoryEntry.Offering(name, Channel.HANDOFF, item, toolCall));
        note(item, with.sendHandoffOutput(new HandoffOutput(toolCall, item, world.chance(0.5))));
    }

    private void note(String item, Receipt receipt) {
        if (receipt.isAccepted()) {
            open++;
            history.add(new HistoryEntry.Accepted(name, item));
            var unused = receipt.outcome().thenAccept(outcome -> {
                open--;
                history.add(new HistoryEntry.Settled(name, item, outcome.name(), reason(outcome)));
            });
        } else if (receipt.outcome().toCompletableFuture().getNow(null) instanceof Outcome.NotSent refusal) {
            String detail = refusal.detail().replace(receipt.itemId(), item);
            history.add(new HistoryEntry.Refused(name, item, refusal.reason().name(), detail));
        }
    }

    private static String reason(Outcome outcome) {
        if (outcome instanceof Outcome.NotSent notSent) {
            return notSent.reason().name();
        } else if (outcome instanceof Outcome.Unknown unknown) {
            return unknown.reason().name();
        }
        return outcome instanceof Outcome.Rejected rejected ? rejected.code() : "";
    }

    private void offerAudio(Conversation with, int count) {
        for (int i = 0; i < count; i++) {
            int frame = ++frames;
            String result = with.offerAudio(ClientSays.frame(frame)).name();
            history.add(new HistoryEntry.AudioOffered(name, frame, result));
        }
    }

    private void stop(Conversation with) {
        if (!ended) {
            history.add(new HistoryEntry.StopAsked(name));
        }
        with.close();
    }

    // ------------------------------------------------------------------ the listener

    @Override
    public void onAnswer(SdpAnswer answer) {
        history.add(new HistoryEntry.AnswerHeard(name, answer.text().equals(SimulatedNetwork.SDP)));
    }

    @Override
    public void onPhase(Phase phase) {
        history.add(new HistoryEntry.PhaseHeard(name, phase));
    }

    @Override
    public void onEvent(ServerEvent event) {
        if (!event.envelope().eventId().isEmpty()) {
            history.add(new HistoryEntry.EventHeard(name, event.envelope().eventId()));
        }
        Conversation with = conversation;
        if (with != null && world.chance(0.05)) {
            act(with);
        } else if (with != null && world.chance(0.01)) {
            troubles.strikes(Trouble.EARLY_STOP, 1);
            stop(with);
        }
        if (troubles.strikes(Trouble.LISTENER_THROWS, 0.01)) {
            throw new Thrown();
        }
    }

    @Override
    public void onToolCall(ToolCall call) {
        toolCalls.add(call.callId());
        Conversation with = conversation;
        if (with != null && world.chance(0.8)) {
            at(world.upTo(ANSWER), () -> answer(with, call.callId()));
        }
    }

    @Override
    public void onAudioDropped(AudioDrop drop) {
        // The summary counts them.
    }

    @Override
    public void onClosed(Closure closure) {
        endHeard = true;
        // An answer that came although the start failed is handed over with the end.
        closure.cause().flatMap(TransportException::answer).ifPresent(this::onAnswer);
        history.add(new HistoryEntry.EndHeard(name));
    }

    /** Whether nothing of this conversation is to be expected any more. */
    boolean isOver() {
        return ended && endHeard && open == 0;
    }

    /** The last lines: input after the end, then the numbers. */
    void finish() {
        Conversation with = conversation;
        if (with == null) {
            return;
        }
        sendTexts(with, 1);
        offerAudio(with, 1);
        ConversationSummary summary = with.summary();
        history.add(new HistoryEntry.Summed(name, summary.texts(), summary.handoffs(), summary.audio()));
    }

    private void at(Duration when, Runnable what) {
        time.schedule(when, () -> {
            if (!ended || world.chance(0.2)) {
                what.run();
            }
        });
    }
}
