package dev.antiphon.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The stage of an event that the server does not confirm: a command, a raw event. */
final class WriteTicket implements Ticket {
    private final CompletableFuture<Void> stage = new CompletableFuture<>();

    void written(Deferred after) {
        after.complete(() -> stage.complete(null));
    }

    void failed(Outcome.Reason reason, String detail, Deferred after) {
        after.complete(() -> stage.completeExceptionally(new NotSentException(reason, detail)));
    }

    /** Refused at the door, before anybody could wait. */
    WriteTicket refused(Outcome.Reason reason, String detail) {
        stage.completeExceptionally(new NotSentException(reason, detail));
        return this;
    }

    CompletionStage<Void> stage() {
        return stage.minimalCompletionStage();
    }
}
