package dev.antiphon.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The receipt of one text or hand-off output. Its state is guarded by the conversation's lock. */
final class InputReceipt implements Receipt, Ticket {
    /** Which lane counts it. */
    enum Kind {
        TEXT,
        HANDOFF
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
    private final CompletableFuture<Void> written = new CompletableFuture<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    // Guarded by the conversation's lock.
    private State state = State.NEW;

    /** Written once, before the receipt is handed out. */
    private boolean accepted;

    /** The tool call it answers; null for texts. */
    private @Nullable String callId;

    InputReceipt(Kind kind, String eventId, String itemId) {
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

    boolean isWritten() {
        return state == State.WRITTEN;
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
        boolean wasWritten = state == State.WRITTEN;
        state = State.SETTLED;
        after.complete(() -> complete(decided, wasWritten));
        return true;
    }

    /** Completions may overtake each other on the library's threads: what was written stays written. */
    private void complete(Outcome decided, boolean wasWritten) {
        if (wasWritten) {
            written.complete(null);
        } else if (decided instanceof Outcome.NotSent notSent) {
            written.completeExceptionally(new NotSentException(notSent.reason(), notSent.detail()));
        } else if (decided instanceof Outcome.Unknown unknown) {
            written.completeExceptionally(new NotSentException(unknown.reason(), unknown.detail()));
        } else {
            written.complete(null);
        }
        outcome.complete(decided);
    }

    /** Refused at the door: settled on the spot, nobody can wait for it yet. */
    InputReceipt refused(Outcome.Reason reason, String detail) {
        state = State.SETTLED;
        complete(new Outcome.NotSent(reason, detail), false);
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
        return written.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Outcome> outcome() {
        return outcome.minimalCompletionStage();
    }

    @Override
    public String toString() {
        return "Receipt[" + kind + ", " + itemId + "]";
    }
}
