package dev.antiphon.core;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The receipt of one text or hand-off output. Its state is guarded by the conversation's lock. */
final class InputReceipt implements Receipt, Ticket {
    /** Which lane counts it. */
    enum Kind {
        TEXT("text"),
        HANDOFF("hand-off");

        private final String lane;

        Kind(String lane) {
            this.lane = lane;
        }

        /** The name of the lane, for people. */
        String lane() {
            return lane;
        }
    }

    private enum State {
        NEW,
        ACCEPTED,
        WRITTEN,
        SETTLED
    }

    private final Kind kind;
    private final String eventId;
    private final String itemId;
    private final Promise<Void> written;
    private final Promise<Outcome> outcome;

    // Guarded by the conversation's lock.
    private State state = State.NEW;

    /** Written once, before the receipt is handed out. */
    private boolean accepted;

    /** The tool call it answers; null for texts. */
    private @Nullable String callId;

    InputReceipt(Kind kind, String eventId, String itemId, Executor stageThreads) {
        this.written = new Promise<>(stageThreads);
        this.outcome = new Promise<>(stageThreads);
        this.kind = kind;
        this.eventId = eventId;
        this.itemId = itemId;
    }

    Kind kind() {
        return kind;
    }

    @Nullable
    String callId() {
        return callId;
    }

    void answers(String toolCallId) {
        this.callId = toolCallId;
    }

    void accept() {
        accepted = true;
        state = State.ACCEPTED;
    }

    boolean isSettled() {
        return state == State.SETTLED;
    }

    /** The socket took it. */
    void write(Deferred after) {
        if (state == State.ACCEPTED) {
            state = State.WRITTEN;
            after.complete(() -> written.complete(null));
        }
    }

    /** Its one outcome. Returns whether this call decided it. */
    boolean settle(Outcome decided, Deferred after) {
        if (state == State.SETTLED) {
            return false;
        }
        state = State.SETTLED;
        after.complete(() -> complete(decided));
        return true;
    }

    /** What was written before stays written. */
    private void complete(Outcome decided) {
        if (decided instanceof Outcome.NotSent notSent) {
            written.fail(new NotSentException(notSent.reason(), notSent.detail()));
        } else if (decided instanceof Outcome.Unknown unknown) {
            written.fail(new NotSentException(unknown.reason(), unknown.detail()));
        } else {
            written.complete(null);
        }
        outcome.complete(decided);
    }

    /** Refused at the door: settled on the spot, nobody can wait for it yet. */
    InputReceipt refused(Outcome.Reason reason, String detail) {
        state = State.SETTLED;
        complete(new Outcome.NotSent(reason, detail));
        return this;
    }

    @Override
    public String eventId() {
        return eventId;
    }

    @Override
    public String itemId() {
        return itemId;
    }

    @Override
    public boolean isAccepted() {
        return accepted;
    }

    @Override
    public CompletionStage<Void> written() {
        return written.stage();
    }

    @Override
    public CompletionStage<Outcome> outcome() {
        return outcome.stage();
    }

    @Override
    public String toString() {
        return "Receipt[" + kind + ", " + itemId + "]";
    }
}
