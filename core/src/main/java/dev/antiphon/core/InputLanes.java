package dev.antiphon.core;

import dev.antiphon.core.ConversationLimits.WhenFull;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ClientEvent.InputAudioBufferAppend;

/**
 * The input of one conversation: who may queue, what waits, in which order it leaves.
 *
 * <p>Order of leaving: commands of the protocol, then events that must follow what was accepted
 * before them (a raw event, {@code response.create}), then one text, one hand-off output, one audio
 * frame in turn. All state is guarded by the conversation's lock; {@link InputDrain} calls the writer,
 * {@link InputSettlement} decides what became of what left.
 */
final class InputLanes {
    /** Commands and raw events that may wait at once. */
    static final int MAX_COMMANDS = 256;

    private static final int LANES = 3;

    final InputLane text;
    final InputLane handoff;
    final AudioLane audio;
    final InputRing commands = new InputRing();
    final InputRing ordered = new InputRing();
    private final ReceiptLedger receipts;
    private final ResponseGate responses;
    private final Room room;
    private long sequence;
    private int turn;
    private boolean closed;

    InputLanes(ConversationLimits limits, ReceiptLedger receipts, ResponseGate responses, Room room) {
        this.text = new InputLane(limits.text());
        this.handoff = new InputLane(limits.handoff());
        this.audio = new AudioLane(limits);
        this.receipts = receipts;
        this.responses = responses;
        this.room = room;
    }

    boolean isClosed() {
        return closed;
    }

    /** Takes nothing from now on; senders that wait for room are released. */
    void close() {
        closed = true;
        room.signal();
    }

    /** The number the next accepted input gets. */
    long nextSequence() {
        return sequence++;
    }

    InputLane lane(InputReceipt.Kind kind) {
        return kind == InputReceipt.Kind.TEXT ? text : handoff;
    }

    // ------------------------------------------------------------------ the door

    /** Takes an item into its lane or refuses it; may wait for room, with the lock released meanwhile. */
    void offer(InputReceipt receipt, ClientEvent event, long now, Deferred after) {
        InputLane lane = lane(receipt.kind());
        ItemCounts counts = receipts.counts(receipt.kind());
        counts.offered++;
        WhenFull rule = lane.limits().whenFull();
        if (rule.policy() == WhenFull.Policy.AWAIT && !closed && !lane.hasRoomFor(event)) {
            awaitRoom(lane, event, rule);
        }
        boolean fits = lane.hasRoomFor(event);
        if (closed) {
            counts.refused++;
            receipt.refused(Outcome.Reason.CONVERSATION_CLOSED, "the conversation is ending or has ended");
        } else if (!fits && rule.policy() == WhenFull.Policy.REFUSE) {
            counts.refused++;
            receipt.refused(Outcome.Reason.LANE_FULL, lane.fullness(receipt));
        } else if (!fits && rule.policy() == WhenFull.Policy.AWAIT) {
            counts.refused++;
            receipt.refused(Outcome.Reason.WAIT_EXPIRED, lane.fullness(receipt));
        } else {
            accept(lane, receipt, event, now, after);
        }
    }

    private void accept(InputLane lane, InputReceipt receipt, ClientEvent event, long now, Deferred after) {
        receipts.accept(receipt);
        while (!lane.hasRoomFor(event)) {
            if (lane.limits().whenFull().policy() == WhenFull.Policy.DROP_NEWEST) {
                receipts.settle(receipt, droppedByPolicy(), after);
                return;
            }
            if (lane.ring.ticket(0) instanceof InputReceipt oldest) {
                receipts.settle(oldest, droppedByPolicy(), after);
            }
            lane.ring.removeFirst();
        }
        lane.ring.addLast(event, receipt, nextSequence(), now);
    }

    private void awaitRoom(InputLane lane, ClientEvent event, WhenFull rule) {
        if (lane.waiting >= rule.waiters()) {
            return;
        }
        lane.waiting++;
        try {
            room.await(rule.patience(), () -> closed || lane.hasRoomFor(event));
        } finally {
            lane.waiting--;
        }
    }

    private static Outcome droppedByPolicy() {
        return new Outcome.NotSent(Outcome.Reason.DROPPED_BY_POLICY, "dropped to make room");
    }

    AudioOffer offerAudio(InputAudioBufferAppend frame, long now) {
        if (closed) {
            return audio.refuse();
        }
        return audio.offer(frame, nextSequence(), now);
    }

    /** Takes an event that the server does not confirm; refuses it on its ticket otherwise. */
    boolean offer(ClientEvent event, WriteTicket ticket, long now) {
        if (closed) {
            ticket.refused(Outcome.Reason.CONVERSATION_CLOSED, "the conversation is ending or has ended");
            return false;
        }
        int waiting = waitingAt(ticket.place());
        if (waiting >= MAX_COMMANDS) {
            ticket.refused(Outcome.Reason.LANE_FULL, waiting + " events of this kind wait already");
            return false;
        }
        switch (ticket.place()) {
            case COMMANDS -> commands.addLast(event, ticket, nextSequence(), now);
            case ORDERED -> ordered.addLast(event, ticket, nextSequence(), now);
            case AUDIO -> audio.command(event, ticket, nextSequence(), now);
        }
        return true;
    }

    private int waitingAt(WriteTicket.Place place) {
        return switch (place) {
            case COMMANDS -> commands.size();
            case ORDERED -> ordered.size();
            case AUDIO -> audio.commands();
        };
    }

    // ------------------------------------------------------------------ the order of leaving

    /** Whether anything could leave now; cheaper than trying. */
    boolean hasWork() {
        return !commands.isEmpty()
                || !text.ring.isEmpty()
                || !handoff.ring.isEmpty()
                || !audio.ring.isEmpty()
                || !ordered.isEmpty()
                || responses.isDue(this);
    }

    /** Whether audio and its commands wait and nothing else does, so that the next one's turn is now. */
    boolean onlyAudioWaits() {
        return !audio.ring.isEmpty()
                && commands.isEmpty()
                && text.ring.isEmpty()
                && handoff.ring.isEmpty()
                && ordered.isEmpty()
                && !responses.isDue(this);
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
            return audio.takeNext(target, now);
        }
        InputLane items = lane == 0 ? text : handoff;
        if (items.ring.isEmpty()) {
            return false;
        }
        items.ring.moveFirstTo(target);
        if (items.waiting > 0) {
            room.signal();
        }
        return true;
    }

    /** Whether everything accepted before a sequence number has left: texts, hand-offs, audio commands. */
    boolean hasLeftBefore(long barrier) {
        return (text.ring.isEmpty() || text.ring.sequence(0) > barrier)
                && (handoff.ring.isEmpty() || handoff.ring.sequence(0) > barrier)
                && !audio.hasCommandBefore(barrier);
    }
}
