package dev.antiphon.core.port;

import dev.antiphon.core.model.ClientEvent;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The sending half of one control socket.
 *
 * <p>{@link #write} alone makes a correct writer: one write is in flight at a time, called from
 * whichever thread queued input or completed the previous write. A writer that wants bursts
 * overrides {@link #windowBytes}, {@link #executor} and {@link #flush}; it then gets many writes in
 * a row on its own executor, followed by one flush.
 */
public interface InputWriter {
    /**
     * Writes one client event. Called by one thread at a time.
     *
     * <p>Completes when the socket has taken the whole event. Fails with a
     * {@link NotWrittenException} only if no byte of it can have reached the peer: the event then
     * keeps its place and is written to the next socket. Any other failure leaves its outcome
     * unknown and it is not sent again. After a failure nothing more is written to this writer. An
     * event that has no form in this dialect fails with {@link IllegalArgumentException}, thrown or on
     * a stage of its own: that event alone is given up and writing goes on.
     *
     * @return a stage of its own, or one stage shared by all events that one flush will write: it
     *     counts for each of them
     */
    CompletionStage<Void> write(ClientEvent event);

    /** Called after the last write of a burst; a writer that gathers events hands them over here. */
    default void flush() {}

    /**
     * How many bytes of input may wait for completion before writing pauses, counted as
     * {@link ClientEvent#sizeHint}. At least one event is always allowed. With 0, one write is in
     * flight at a time.
     */
    default int windowBytes() {
        return 0;
    }

    /**
     * Where writes are called, one task after another. By default on the thread that queued the
     * input or completed the last write.
     */
    default Executor executor() {
        return Runnable::run;
    }
}
