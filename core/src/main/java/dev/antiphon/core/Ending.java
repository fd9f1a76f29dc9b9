package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.ConversationObserver.Milestone;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a conversation, in two steps: it begins once, for the first reason that comes, and it is
 * finished once, by the transport's last word or by a deadline. The reason it began with is the one
 * that is told.
 */
final class Ending {
    private static final Logger log = LoggerFactory.getLogger(Ending.class);

    private final ConversationEngine engine;
    private final Runnable onEnd;

    // Guarded by the engine's lock.
    private @Nullable Closure wanted;
    private @Nullable Closure closure;

    /** @param onEnd called once, before the end is told, without the lock */
    Ending(ConversationEngine engine, Runnable onEnd) {
        this.engine = engine;
        this.onEnd = onEnd;
    }

    /** Under the lock: how it ended; null before. */
    @Nullable
    Closure closure() {
        return closure;
    }

    /** Under the lock: how it ended or is about to; null before. */
    @Nullable
    Closure decided() {
        return closure != null ? closure : wanted;
    }

    /** Begins the end, for whatever reason; the first one counts. */
    void begin(Closure reason) {
        engine.step(after -> {
            if (!engine.phase.acceptsInput()) {
                return;
            }
            wanted = reason;
            engine.become(Phase.CLOSING, after);
            engine.link.stopWriting();
            engine.settlement.endBegins(discardReason(reason), after);
            engine.state.responses.close(new ConversationClosedException(reason), after);
            engine.timers.after(engine.setup().limits().close(), () -> finish(reason));
            engine.link.close(reason, after);
        });
    }

    private static Outcome.Reason discardReason(Closure reason) {
        return reason.initiator() == Closure.Initiator.APPLICATION || reason.initiator() == Closure.Initiator.REPLACED
                ? Outcome.Reason.STOPPED
                : Outcome.Reason.CONVERSATION_ENDED;
    }

    /** The end: everything gets its outcome, everybody is told, nothing follows. */
    void finish(Closure reported) {
        engine.step(after -> {
            if (engine.phase == Phase.CLOSED) {
                return;
            }
            InputSettlement settlement = engine.settlement;
            settlement.endBegins(Outcome.Reason.CONVERSATION_ENDED, after);
            Closure reason = wanted != null ? wanted : naming(engine.state.receipts.inFlight(), reported);
            engine.link.loseSocket(after);
            settlement.ended(after);
            Closure end = reason.withDiscarded(settlement.discarded());
            closure = end;
            engine.phase = Phase.CLOSED;
            engine.state.responses.close(new ConversationClosedException(end), after);
            engine.drops.tellRest(after);
            engine.timers.close();
            after.complete(onEnd);
            after.complete(() -> engine.stages.ended(end));
            engine.fanout.end(end, after);
            engine.reach(Milestone.CLOSED, after);
            engine.watch.ended(end, after);
            // Where a deadline or a defect decided, the transport has not finished by itself.
            engine.link.close(end, after);
        });
    }

    /** A server that found a message too big does not say which: one of those in flight. */
    private static Closure naming(String inFlight, Closure reported) {
        return reported.code() == Closure.MESSAGE_TOO_BIG
                        && reported.initiator() == Closure.Initiator.SERVER
                        && !inFlight.isEmpty()
                ? reported.withText((reported.text() + " (in flight: " + inFlight + ")").trim())
                : reported;
    }

    // ------------------------------------------------------------------ reasons

    /** A listener lagged for too long or too far. */
    void stalled() {
        begin(Closures.stalled(engine.setup().limits()));
    }

    /** Asks the application's policy whether an error of the server is the end. */
    void judge(ErrorDetail error) {
        Optional<Fault> fatal;
        try {
            fatal = engine.setup().errors().endsWith(error);
        } catch (RuntimeException | Error e) {
            log.warn("the error policy threw; the standard policy decides", e);
            fatal = ErrorPolicy.standard().endsWith(error);
        }
        fatal.ifPresent(fault -> begin(Closures.byError(fault, error)));
    }

    /** Under the lock: the session cannot be written in this dialect, so the conversation cannot be what was asked for. */
    void greetingRefused(String why, Deferred after) {
        after.call(() -> begin(
                Closure.failed(new TransportException(Fault.REQUEST_INVALID, "session.update was refused: " + why))));
    }
}
