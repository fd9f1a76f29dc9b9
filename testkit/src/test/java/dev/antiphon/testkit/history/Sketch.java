package dev.antiphon.testkit.history;

import dev.antiphon.core.ConversationSummary.Audio;
import dev.antiphon.core.ConversationSummary.Items;
import dev.antiphon.core.Phase;
import dev.antiphon.testkit.history.HistoryEntry.Channel;
import java.util.function.UnaryOperator;

/** A history made by hand: one call for each line, time moved by {@link #after}. */
final class Sketch {
    private final String conversation;
    private final History history;
    private final long[] clock;

    private Sketch(String conversation, History history, long[] clock) {
        this.conversation = conversation;
        this.history = history;
        this.clock = clock;
    }

    /** The conversation {@code c}, started. */
    static Sketch started() {
        long[] clock = new long[1];
        Sketch sketch = new Sketch("c", new History(() -> clock[0]), clock);
        return sketch.add(new HistoryEntry.Started("c"));
    }

    /** Another conversation of the same history, started. */
    Sketch beside(String other) {
        return new Sketch(other, history, clock).add(new HistoryEntry.Started(other));
    }

    History history() {
        return history;
    }

    private Sketch add(HistoryEntry entry) {
        history.add(entry);
        return this;
    }

    Sketch after(int millis) {
        clock[0] += millis * 1_000_000L;
        return this;
    }

    Sketch with(UnaryOperator<Sketch> more) {
        return more.apply(this);
    }

    // ------------------------------------------------------------------ the ledger

    Sketch offering(String item) {
        return add(new HistoryEntry.Offering(conversation, Channel.TEXT, item, ""));
    }

    Sketch accepted(String item) {
        return add(new HistoryEntry.Accepted(conversation, item));
    }

    Sketch text(String item) {
        return offering(item).accepted(item);
    }

    Sketch answer(String item, String toolCall) {
        return add(new HistoryEntry.Offering(conversation, Channel.HANDOFF, item, toolCall))
                .accepted(item);
    }

    Sketch refused(String item, String reason, String detail) {
        return add(new HistoryEntry.Refused(conversation, item, reason, detail));
    }

    Sketch settled(String item, String fate, String reason) {
        return add(new HistoryEntry.Settled(conversation, item, fate, reason));
    }

    Sketch acknowledged(String item) {
        return settled(item, "ACKNOWLEDGED", "");
    }

    Sketch frame(int number) {
        return add(new HistoryEntry.AudioOffered(conversation, number, "ACCEPTED"));
    }

    /** A frame that took the place of the oldest one. */
    Sketch frameReplacing(int number) {
        return add(new HistoryEntry.AudioOffered(conversation, number, "REPLACED_OLDEST"));
    }

    Sketch answerHeard() {
        return add(new HistoryEntry.AnswerHeard(conversation, true));
    }

    Sketch otherAnswerHeard() {
        return add(new HistoryEntry.AnswerHeard(conversation, false));
    }

    Sketch live() {
        return add(new HistoryEntry.PhaseHeard(conversation, Phase.LIVE));
    }

    Sketch heard(String event) {
        return add(new HistoryEntry.EventHeard(conversation, event));
    }

    Sketch stop() {
        return add(new HistoryEntry.StopAsked(conversation));
    }

    /** Ends as the application wished. */
    Sketch stopped() {
        return stop().endedBy("APPLICATION");
    }

    /** Ends for a cause that the network gave. */
    Sketch ended() {
        return cause("cut").endedBy("TRANSPORT");
    }

    Sketch endedBy(String initiator) {
        return add(new HistoryEntry.Ended(conversation, initiator)).add(new HistoryEntry.EndHeard(conversation));
    }

    Sketch cause(String cause) {
        return add(new HistoryEntry.CauseGiven(conversation, cause));
    }

    Sketch forGood() {
        return cause(HistoryEntry.CauseGiven.FOR_GOOD);
    }

    Sketch networkAsked() {
        return add(new HistoryEntry.NetworkAsked(conversation));
    }

    Sketch endHeard() {
        return add(new HistoryEntry.EndHeard(conversation));
    }

    Sketch orphanReported() {
        return add(new HistoryEntry.OrphanReported(conversation));
    }

    Sketch left(String what, int count) {
        return add(new HistoryEntry.LeftOver(conversation, what, count));
    }

    /** Numbers without hand-offs and audio: offered, accepted, refused, acknowledged, rejected, not sent, unknown. */
    Sketch texts(int... numbers) {
        return summed(items(numbers), items(0, 0, 0, 0, 0, 0, 0), audio(0, 0, 0));
    }

    Sketch handoffs(int... numbers) {
        return summed(items(0, 0, 0, 0, 0, 0, 0), items(numbers), audio(0, 0, 0));
    }

    Sketch nothing() {
        return texts(0, 0, 0, 0, 0, 0, 0);
    }

    Sketch frames(int offered, int written, int dropped) {
        return summed(items(0, 0, 0, 0, 0, 0, 0), items(0, 0, 0, 0, 0, 0, 0), audio(offered, written, dropped));
    }

    private Sketch summed(Items texts, Items handoffs, Audio audio) {
        return add(new HistoryEntry.Summed(conversation, texts, handoffs, audio));
    }

    private static Items items(int... n) {
        return new Items(n[0], n[1], n[2], n[3], n[4], n[5], n[6], 0);
    }

    private static Audio audio(int offered, int written, int overflow) {
        return new Audio(offered, written, written * 4L, 0, overflow, 0, 0, 0, 0);
    }

    // ------------------------------------------------------------------ the journal

    Sketch socket(String name) {
        return live().add(new HistoryEntry.SocketOpened(conversation, name)).taken(name, "session.update", "");
    }

    Sketch bareSocket(String name) {
        return add(new HistoryEntry.SocketOpened(conversation, name));
    }

    Sketch socketEnded(String name) {
        return add(new HistoryEntry.SocketEnded(conversation, name, true));
    }

    Sketch socketDropped(String name) {
        return add(new HistoryEntry.SocketEnded(conversation, name, false));
    }

    Sketch taken(String socket, String type, String content) {
        return add(new HistoryEntry.Taken(conversation, socket, type, content));
    }

    Sketch received(String socket, String type, String content) {
        return add(new HistoryEntry.Received(conversation, socket, type, content));
    }

    /** An item leaves and arrives. */
    Sketch delivered(String socket, String item) {
        return taken(socket, "conversation.item.create", item).received(socket, "conversation.item.create", item);
    }

    Sketch frameDelivered(String socket, int number) {
        String content = Integer.toString(number);
        return taken(socket, "input_audio_buffer.append", content)
                .received(socket, "input_audio_buffer.append", content);
    }

    Sketch sent(String socket, String event) {
        return add(new HistoryEntry.EventSent(conversation, socket, event));
    }

    Sketch confirmed(String socket, String item, String event) {
        return add(new HistoryEntry.Confirmed(conversation, socket, item, event))
                .sent(socket, event);
    }

    Sketch rejected(String socket, String item, String code) {
        return add(new HistoryEntry.RejectionSent(conversation, socket, item, code));
    }

    Sketch callCreated(String call) {
        return add(new HistoryEntry.CallCreated(conversation, call));
    }

    Sketch callAnswered(String call) {
        return add(new HistoryEntry.CallAnswered(conversation, call));
    }

    Sketch hangUp(String call) {
        return add(new HistoryEntry.HangUpAsked(conversation, call));
    }

    Sketch callEnded(String call) {
        return add(new HistoryEntry.CallEnded(conversation, call));
    }
}
