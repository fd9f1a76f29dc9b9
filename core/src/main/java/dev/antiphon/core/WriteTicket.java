package dev.antiphon.core;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** The stage of an event that the server does not confirm: a command, a raw event. */
final class WriteTicket implements Ticket {
    /** Where the event waits, and goes back to if no byte of it left. */
    enum Place {
        /** Overtakes all input. */
        COMMANDS,
        /** Follows what was accepted before it. */
        ORDERED,
        /** Between the audio frames. */
        AUDIO
    }

    private final Place place;
    private final Promise<Void> written;

    WriteTicket(Place place, Executor stageThreads) {
        this.place = place;
        this.written = new Promise<>(stageThreads);
    }

    Place place() {
        return place;
    }

    void written(Deferred after) {
        after.complete(() -> written.complete(null));
    }

    void failed(Outcome.Reason reason, String detail, Deferred after) {
        after.complete(() -> written.fail(new NotSentException(reason, detail)));
    }

    /** Refused at the door, before anybody could wait. */
    void refused(Outcome.Reason reason, String detail) {
        written.fail(new NotSentException(reason, detail));
    }

    CompletionStage<Void> stage() {
        return written.stage();
    }
}
