package dev.antiphon.core;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ClientEvent.InputAudioBufferAppend;
import dev.antiphon.core.model.Closure.Discarded;
import dev.antiphon.core.port.NotWrittenException;
import org.jspecify.annotations.Nullable;

/**
 * What became of input that left its lane: written, back in its place, in doubt, given up. Guarded by
 * the conversation's lock.
 */
final class InputSettlement {
    private final InputLanes lanes;
    private final ConversationState state;
    private final ReceiptLedger receipts;
    private final ResponseGate responses;

    // Set by the end.
    private Outcome.@Nullable Reason ended;
    private int lostTexts;
    private int lostHandoffs;
    private int lostFrames;

    InputSettlement(InputLanes lanes, ConversationState state) {
        this.lanes = lanes;
        this.state = state;
        this.receipts = state.receipts;
        this.responses = state.responses;
    }

    /** The writer is done with an entry; without a failure the socket took it. */
    void settle(InputRing batch, int index, @Nullable Throwable failure, Deferred after) {
        if (failure == null) {
            written(batch, index, after);
        } else if (failure instanceof IllegalArgumentException) {
            notEncodable(batch, index, String.valueOf(failure.getMessage()), after);
        } else if (failure instanceof NotWrittenException) {
            notWritten(batch, index, after);
        } else {
            inDoubt(batch, index, after);
        }
    }

    private void written(InputRing batch, int index, Deferred after) {
        Ticket ticket = batch.ticket(index);
        if (ticket instanceof InputReceipt receipt) {
            lanes.lane(receipt.kind()).left(batch.sequence(index));
            receipts.written(receipt, after);
        } else if (ticket instanceof WriteTicket write) {
            noteSession(batch.event(index));
            write.written(after);
        } else if (batch.event(index) instanceof InputAudioBufferAppend frame) {
            lanes.audio.written(frame);
        }
    }

    /** No byte of an entry left: it keeps its place for the next socket. */
    private void notWritten(InputRing batch, int index, Deferred after) {
        Ticket ticket = batch.ticket(index);
        if (ended != null) {
            discard(batch, index, ended, after);
        } else if (ticket instanceof InputReceipt receipt) {
            itemNotWritten(receipt, batch, index, after);
        } else if (ticket instanceof WriteTicket write) {
            switch (write.place()) {
                case COMMANDS -> lanes.commands.putBack(batch, index);
                case ORDERED -> lanes.ordered.putBack(batch, index);
                case AUDIO -> lanes.audio.putBack(batch, index);
            }
        } else if (AudioLane.isFrame(batch.event(index))) {
            lanes.audio.putBack(batch, index);
        } else {
            responses.notWritten(batch.event(index));
        }
    }

    private void itemNotWritten(InputReceipt receipt, InputRing batch, int index, Deferred after) {
        InputLane lane = lanes.lane(receipt.kind());
        if (lane.wasOvertaken(batch.sequence(index))) {
            // A writer that loses one item and writes a later one: order is worth more than the item.
            receipts.settle(
                    receipt,
                    new Outcome.NotSent(Outcome.Reason.CONNECTION_LOST, "not written, and a later item was"),
                    after);
        } else if (!receipt.isSettled()) {
            lane.ring.putBack(batch, index);
        }
    }

    /** An entry may have left and nobody will ever know. */
    void inDoubt(InputRing batch, int index, Deferred after) {
        String detail = "the connection was lost while it was written";
        Ticket ticket = batch.ticket(index);
        if (ticket instanceof InputReceipt receipt) {
            lanes.lane(receipt.kind()).left(batch.sequence(index));
            receipts.settle(receipt, lost(detail), after);
        } else if (ticket instanceof WriteTicket write) {
            noteSession(batch.event(index));
            write.failed(Outcome.Reason.CONNECTION_LOST, detail, after);
        } else if (AudioLane.isFrame(batch.event(index))) {
            lanes.audio.lost();
        }
    }

    /** An update that may have reached the server is in force for all we know. */
    private void noteSession(ClientEvent event) {
        if (event instanceof ClientEvent.SessionUpdate update) {
            state.onSessionUpdated(update.eventId(), update.session());
        }
    }

    static Outcome lost(String detail) {
        return new Outcome.Unknown(Outcome.Reason.CONNECTION_LOST, detail);
    }

    /** An entry has no form on the wire; the others are not affected. */
    private void notEncodable(InputRing batch, int index, String why, Deferred after) {
        Ticket ticket = batch.ticket(index);
        if (ticket instanceof InputReceipt receipt) {
            receipts.settle(receipt, new Outcome.NotSent(Outcome.Reason.NOT_ENCODABLE, why), after);
        } else if (ticket instanceof WriteTicket write) {
            write.failed(Outcome.Reason.NOT_ENCODABLE, why, after);
        } else if (AudioLane.isFrame(batch.event(index))) {
            lanes.audio.lost();
        } else {
            responses.notEncodable(batch.event(index), why, after);
        }
    }

    /** The connection is gone: what it took without a confirmation stays unconfirmed. */
    void connectionLost(Deferred after) {
        receipts.settleUnconfirmed(lost("the connection was lost before the server confirmed it"), after);
    }

    /** The end begins: nothing is taken any more, and everything that waits gets its outcome. Idempotent. */
    void endBegins(Outcome.Reason reason, Deferred after) {
        if (ended != null) {
            return;
        }
        ended = reason;
        lanes.close();
        discardAll(lanes.commands, reason, after);
        discardAll(lanes.ordered, reason, after);
        discardAll(lanes.text.ring, reason, after);
        discardAll(lanes.handoff.ring, reason, after);
        discardAll(lanes.audio.ring, reason, after);
        lanes.audio.emptied();
    }

    /** The end: what has no outcome yet gets one. */
    void ended(Deferred after) {
        receipts.settleAll(
                new Outcome.Unknown(
                        Outcome.Reason.CONVERSATION_ENDED, "the conversation ended before the server confirmed it"),
                after);
    }

    private void discardAll(InputRing ring, Outcome.Reason reason, Deferred after) {
        for (int i = 0; i < ring.size(); i++) {
            discard(ring, i, reason, after);
        }
        ring.clear();
    }

    private void discard(InputRing ring, int index, Outcome.Reason reason, Deferred after) {
        String detail = "the conversation ended before it was written";
        Ticket ticket = ring.ticket(index);
        if (ticket instanceof InputReceipt receipt) {
            if (!receipt.isSettled()) {
                countLost(receipt.kind());
            }
            receipts.settle(receipt, new Outcome.NotSent(reason, detail), after);
        } else if (ticket instanceof WriteTicket write) {
            write.failed(reason, detail, after);
        } else if (AudioLane.isFrame(ring.event(index))) {
            lostFrames++;
            lanes.audio.lost();
        }
    }

    private void countLost(InputReceipt.Kind kind) {
        if (kind == InputReceipt.Kind.TEXT) {
            lostTexts++;
        } else {
            lostHandoffs++;
        }
    }

    /** What was accepted and surely never reached the server because of the end. */
    Discarded discarded() {
        return new Discarded(lostTexts, lostHandoffs, lostFrames);
    }
}
