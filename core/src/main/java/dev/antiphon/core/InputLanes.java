package dev.antiphon.core;

import dev.antiphon.core.ConversationLimits.Lane;
import dev.antiphon.core.ConversationLimits.WhenFull;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ClientEvent.InputAudioBufferAppend;
import dev.antiphon.core.model.Closure.Discarded;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The input of one conversation: what waits, in which order it leaves, and what became of it.
 *
 * <p>Order of leaving: commands of the protocol, then events that must follow what was accepted
 * before them (a raw event, {@code response.create}), then one text, one hand-off output, one audio
 * frame in turn. All state is guarded by the conversation's lock; {@link InputDrain} calls the writer.
 */
final class InputLanes {
    /** Commands and raw events that may wait at once. */
    static final int MAX_COMMANDS = 256;

    private static final int LANES = 3;

    final InputLane text;
    final InputLane handoff;
    final AudioLane audio;
    final ReceiptLedger receipts;
    private final ResponseGate responses;
    private final Condition room;

    private final InputRing commands = new InputRing();
    private final InputRing ordered = new InputRing();
    private long sequence;
    private int turn;
    private boolean closed;

    InputLanes(ConversationLimits limits, ResponseGate responses, Condition room) {
        this.text = new InputLane(limits.text());
        this.handoff = new InputLane(limits.handoff());
        this.audio = new AudioLane(limits);
        this.receipts = new ReceiptLedger(limits.unconfirmed());
        this.responses = responses;
        this.room = room;
    }

    boolean isClosed() {
        return closed;
    }

    /** The number the next accepted input gets. */
    long nextSequence() {
        return sequence++;
    }

    InputLane lane(InputReceipt.Kind kind) {
        return kind == InputReceipt.Kind.TEXT ? text : handoff;
    }

    /** Takes an item into its lane or refuses it; may wait for room, with the lock released meanwhile. */
    void offer(InputReceipt receipt, ClientEvent event, long now, Deferred after) {
        InputLane lane = lane(receipt.kind());
        ItemCounts counts = receipts.counts(receipt.kind());
        counts.offered++;
        Lane limits = lane.limits();
        WhenFull.Policy policy = limits.whenFull().policy();
        if (!closed && !lane.hasRoomFor(event)) {
            if (policy == WhenFull.Policy.AWAIT && !awaitRoom(lane, event)) {
                counts.refused++;
                if (closed) {
                    receipt.refused(
                            Outcome.Reason.CONVERSATION_CLOSED, "the conversation ended while waiting for room");
                } else {
                    receipt.refused(
                            Outcome.Reason.WAIT_EXPIRED, "the " + name(receipt.kind()) + " lane " + lane.fullness());
                }
                return;
            } else if (policy == WhenFull.Policy.REFUSE) {
                counts.refused++;
                receipt.refused(Outcome.Reason.LANE_FULL, "the " + name(receipt.kind()) + " lane " + lane.fullness());
                return;
            } else if (policy == WhenFull.Policy.DROP_OLDEST) {
                while (!lane.hasRoomFor(event)) {
                    dropFirst(lane, after);
                }
            }
        }
        if (closed) {
            counts.refused++;
            receipt.refused(Outcome.Reason.CONVERSATION_CLOSED, "the conversation is ending or has ended");
            return;
        }
        receipts.accept(receipt);
        if (policy == WhenFull.Policy.DROP_NEWEST && !lane.hasRoomFor(event)) {
            receipts.settle(receipt, droppedByPolicy(), after);
            return;
        }
        lane.ring.addLast(event, receipt, nextSequence(), now);
    }

    private boolean awaitRoom(InputLane lane, ClientEvent event) {
        WhenFull rule = lane.limits().whenFull();
        if (lane.waiting >= rule.waiters()) {
            return false;
        }
        lane.waiting++;
        try {
            long left = rule.patience().toNanos();
            while (!closed && !lane.hasRoomFor(event)) {
                if (left <= 0) {
                    return false;
                }
                left = room.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lane.waiting--;
        }
    }

    private void dropFirst(InputLane lane, Deferred after) {
        if (lane.ring.ticket(0) instanceof InputReceipt oldest) {
            receipts.settle(oldest, droppedByPolicy(), after);
        }
        lane.ring.removeFirst();
    }

    private static Outcome droppedByPolicy() {
        return new Outcome.NotSent(Outcome.Reason.DROPPED_BY_POLICY, "dropped to make room");
    }

    static String name(InputReceipt.Kind kind) {
        return kind == InputReceipt.Kind.TEXT ? "text" : "hand-off";
    }

    AudioOffer offerAudio(InputAudioBufferAppend frame, long now) {
        if (closed) {
            audio.offered++;
            audio.droppedClosed++;
            return AudioOffer.CLOSED;
        }
        return audio.offer(frame, nextSequence(), now);
    }

    /** A command that overtakes all input. */
    boolean command(ClientEvent event, WriteTicket ticket, long now) {
        return offerControl(commands, commands.size() < MAX_COMMANDS, event, ticket, now);
    }

    /** An event that follows every text and hand-off output accepted before it. */
    boolean afterAccepted(ClientEvent event, WriteTicket ticket, long now) {
        return offerControl(ordered, ordered.size() < MAX_COMMANDS, event, ticket, now);
    }

    private boolean offerControl(InputRing ring, boolean hasRoom, ClientEvent event, WriteTicket ticket, long now) {
        if (closed) {
            ticket.refused(Outcome.Reason.CONVERSATION_CLOSED, "the conversation is ending or has ended");
            return false;
        } else if (!hasRoom) {
            ticket.refused(Outcome.Reason.LANE_FULL, MAX_COMMANDS + " events wait already");
            return false;
        }
        ring.addLast(event, ticket, nextSequence(), now);
        return true;
    }

    /** A command of the audio gate, which keeps its place between the frames. */
    boolean audioCommand(ClientEvent event, WriteTicket ticket, long now) {
        if (closed) {
            ticket.refused(Outcome.Reason.CONVERSATION_CLOSED, "the conversation is ending or has ended");
            return false;
        } else if (!audio.hasRoomForCommand()) {
            ticket.refused(Outcome.Reason.LANE_FULL, AudioLane.MAX_COMMANDS + " audio commands wait already");
            return false;
        }
        audio.command(event, ticket, nextSequence(), now);
        return true;
    }

    /** Moves what leaves next to the other ring; false if nothing may leave now. */
    boolean takeNext(InputRing target, long now) {
        if (!commands.isEmpty()) {
            commands.moveFirstTo(target);
            return true;
        }
        if (!ordered.isEmpty() && hasLeftBefore(ordered.sequence(0))) {
            ordered.moveFirstTo(target);
            return true;
        }
        if (responses.isDue(this)) {
            responses.takeDue(target, now);
            return true;
        }
        for (int i = 0; i < LANES; i++) {
            int lane = (turn + i) % LANES;
            if (takeFrom(lane, target, now)) {
                turn = (lane + 1) % LANES;
                return true;
            }
        }
        return false;
    }

    private boolean takeFrom(int lane, InputRing target, long now) {
        if (lane == 2) {
            audio.dropStale(now);
            if (audio.ring.isEmpty()) {
                return false;
            }
            audio.moveFirstTo(target);
            return true;
        }
        InputLane items = lane == 0 ? text : handoff;
        if (items.ring.isEmpty()) {
            return false;
        }
        items.ring.moveFirstTo(target);
        if (items.waiting > 0) {
            room.signalAll();
        }
        return true;
    }

    /** Whether everything accepted before a sequence number has left: texts, hand-offs, audio commands. */
    boolean hasLeftBefore(long barrier) {
        return (text.ring.isEmpty() || text.ring.sequence(0) > barrier)
                && (handoff.ring.isEmpty() || handoff.ring.sequence(0) > barrier)
                && !audio.hasCommandBefore(barrier);
    }

    /** The socket took an entry. */
    void written(InputRing batch, int index, Deferred after) {
        Ticket ticket = batch.ticket(index);
        if (ticket instanceof InputReceipt receipt) {
            receipts.written(receipt, after);
        } else if (ticket instanceof WriteTicket write) {
            write.written(after);
        } else if (batch.event(index) instanceof InputAudioBufferAppend frame) {
            audio.written(frame);
        }
    }

    /** No byte of an entry left: it keeps its place for the next socket. */
    void notWritten(InputRing batch, int index, Deferred after) {
        ClientEvent event = batch.event(index);
        Ticket ticket = batch.ticket(index);
        if (closed) {
            discard(event, ticket, after, Outcome.Reason.CONVERSATION_ENDED);
        } else if (ticket instanceof InputReceipt receipt) {
            lane(receipt.kind()).ring.putBack(event, receipt, batch.sequence(index), batch.time(index));
        } else if (event instanceof InputAudioBufferAppend
                || event instanceof ClientEvent.InputAudioBufferCommit
                || event instanceof ClientEvent.InputAudioBufferClear) {
            audio.putBack(event, ticket, batch.sequence(index), batch.time(index));
        } else if (ticket instanceof WriteTicket) {
            ordered.putBack(event, ticket, batch.sequence(index), batch.time(index));
        } else {
            responses.notWritten(event);
        }
    }

    /** An entry may have left and nobody will ever know. */
    void inDoubt(InputRing batch, int index, Deferred after) {
        ClientEvent event = batch.event(index);
        Ticket ticket = batch.ticket(index);
        if (ticket instanceof InputReceipt receipt) {
            receipts.settle(receipt, lost("the connection was lost while it was written"), after);
        } else if (ticket instanceof WriteTicket write) {
            write.failed(Outcome.Reason.CONNECTION_LOST, "the connection was lost while it was written", after);
        } else if (AudioLane.isFrame(event)) {
            audio.droppedClosed++;
        }
    }

    static Outcome lost(String detail) {
        return new Outcome.Unknown(Outcome.Reason.CONNECTION_LOST, detail);
    }

    /** An entry has no form on the wire; the others are not affected. */
    void notEncodable(InputRing batch, int index, String why, Deferred after) {
        Ticket ticket = batch.ticket(index);
        if (ticket instanceof InputReceipt receipt) {
            receipts.settle(receipt, new Outcome.NotSent(Outcome.Reason.NOT_ENCODABLE, why), after);
        } else if (ticket instanceof WriteTicket write) {
            write.failed(Outcome.Reason.NOT_ENCODABLE, why, after);
        } else if (AudioLane.isFrame(batch.event(index))) {
            audio.droppedClosed++;
        } else {
            responses.notEncodable(batch.event(index), why, after);
        }
    }

    /** The end: nothing is taken any more and everything that waits gets its outcome. */
    Discarded close(Outcome.Reason reason, Deferred after) {
        if (closed) {
            return Discarded.NONE;
        }
        closed = true;
        int texts = discardLane(text, reason, after);
        int handoffs = discardLane(handoff, reason, after);
        discardRing(commands, reason, after);
        discardRing(ordered, reason, after);
        for (int i = 0; i < audio.ring.size(); i++) {
            if (audio.ring.ticket(i) instanceof WriteTicket write) {
                write.failed(reason, "the conversation ended before it was written", after);
            }
        }
        room.signalAll();
        return new Discarded(texts, handoffs, audio.discard());
    }

    private int discardLane(InputLane lane, Outcome.Reason reason, Deferred after) {
        int items = lane.ring.size();
        discardRing(lane.ring, reason, after);
        return items;
    }

    private void discardRing(InputRing ring, Outcome.Reason reason, Deferred after) {
        for (int i = 0; i < ring.size(); i++) {
            discard(ring.event(i), ring.ticket(i), after, reason);
        }
        ring.clear();
    }

    private void discard(ClientEvent event, @Nullable Ticket ticket, Deferred after, Outcome.Reason reason) {
        String detail = "the conversation ended before it was written";
        if (ticket instanceof InputReceipt receipt) {
            receipts.settle(receipt, new Outcome.NotSent(reason, detail), after);
        } else if (ticket instanceof WriteTicket write) {
            write.failed(reason, detail, after);
        } else if (AudioLane.isFrame(event)) {
            audio.droppedClosed++;
        }
    }

    /** Whether anything could leave now; cheaper than trying. */
    boolean hasWork() {
        return !commands.isEmpty()
                || !ordered.isEmpty()
                || !text.ring.isEmpty()
                || !handoff.ring.isEmpty()
                || !audio.ring.isEmpty()
                || responses.isDue(this);
    }
}
