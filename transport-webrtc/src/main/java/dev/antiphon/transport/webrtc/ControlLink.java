package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.transport.webrtc.RetryTable.Verdict;
import dev.antiphon.transport.websocket.SocketEnd;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One life of the control socket of a call: attempts until a socket stands, then its events, until it
 * is lost. A re-join is a new link.
 *
 * <p>Waits for its turn, dials, and after a failure pauses and takes its turn again, until a socket
 * stands, the failure is final or the budget's deadline passes. {@link #close} works in every state
 * and is answered like any other end of a socket. All fields are confined to the owner; the listener
 * is called there.
 */
final class ControlLink implements CallWire.DialListener {
    /** Hears one link: {@code attempt* ( standing event* lost | notJoined )}; {@code lost} also answers a close. */
    interface Listener {
        void onAttempt(ControlLink link, int attempt);

        void onStanding(ControlLink link, InputWriter writer);

        void onEvent(ControlLink link, ServerEvent event);

        void onLost(ControlLink link, SocketEnd end);

        void onNotJoined(ControlLink link, JoinFailure failure);
    }

    private enum State {
        QUEUED,
        PAUSING,
        DIALING,
        STANDING,
        OVER
    }

    private static final long MAX_BACKOFF_STEP = 32;

    private final LinkContext context;
    private final CallId call;
    private final JoinBudget budget;
    private final Listener listener;
    private final IntervalFunction pauses;

    private State state = State.QUEUED;
    private int attempt;
    private int announced;
    private boolean upgraded;
    private boolean closing;
    private boolean attemptTimedOut;
    private boolean deadlinePassed;
    private boolean stood;
    private boolean heardEvents;
    private long standingSinceNanos;
    private JoinGate.@Nullable Place place;
    private CallWire.@Nullable Dial dial;
    private @Nullable SettlingWriter writer;
    private @Nullable StepFailure last;
    private Scheduler.Timer deadlineTimer = () -> {};
    private Scheduler.Timer stepTimer = () -> {};

    ControlLink(LinkContext context, CallId call, JoinBudget budget, Listener listener) {
        this.context = context;
        this.call = call;
        this.budget = budget;
        this.listener = listener;
        this.pauses = context.settings().backoff().intervals();
    }

    void start() {
        deadlineTimer = context.timers().after(notNegative(budget.left()), this::onDeadline);
        if (budget.failures() == 0) {
            takeTurn();
        } else {
            // A lost socket is told before the pause, not after: the engine must not wait for its writes.
            announce();
            pause(backoff());
        }
    }

    /** Tells of the next attempt, once. */
    private void announce() {
        if (announced <= attempt) {
            announced = attempt + 1;
            listener.onAttempt(this, announced);
        }
    }

    /** Gives up or closes; {@link Listener#onLost} follows, at once if nothing is open. Idempotent. */
    void close(int code, String reason) {
        if (state == State.OVER || closing) {
            return;
        }
        closing = true;
        deadlineTimer.cancel();
        stepTimer.cancel();
        if (dial == null) {
            over();
            listener.onLost(this, new SocketEnd.ClosedByUs(code, reason));
        } else {
            dial.close(code, reason);
        }
    }

    void pauseReceiving() {
        if (dial != null) {
            dial.pauseReceiving();
        }
    }

    void resumeReceiving() {
        if (dial != null) {
            dial.resumeReceiving();
        }
    }

    JoinBudget budget() {
        return budget;
    }

    int attempts() {
        return attempt;
    }

    /** How long the socket has stood; zero if it never did. */
    Duration stoodFor() {
        return stood ? Duration.ofNanos(context.timers().nanoTime() - standingSinceNanos) : Duration.ZERO;
    }

    /** Whether the server sent an event on the socket. */
    boolean showedLife() {
        return heardEvents;
    }

    private void takeTurn() {
        state = State.QUEUED;
        place = context.gate().enter(context.wire().owner(), this::dial);
    }

    private void dial() {
        if (state != State.QUEUED) {
            return;
        }
        if (!context.breaker().admits()) {
            leavePlace();
            last = StepFailure.network(
                    new TransportException(
                            Fault.ENDPOINT_UNAVAILABLE,
                            context.wire().host() + " keeps failing and is not tried for now"),
                    false);
            pause(context.breaker().openFor());
            return;
        }
        announce();
        state = State.DIALING;
        attempt++;
        upgraded = false;
        attemptTimedOut = false;
        stepTimer = context.timers().after(context.settings().attemptTimeout(), this::onAttemptTimeout);
        dial = context.wire().dial(call, attempt, this);
    }

    @Override
    public void onOpen() {
        if (state != State.DIALING) {
            return;
        }
        upgraded = true;
        context.breaker().answered();
        leavePlace();
        if (!closing && context.settings().readiness() == JoinSettings.Readiness.UPGRADED) {
            stand();
        }
    }

    private void stand() {
        CallWire.Dial standing = Objects.requireNonNull(dial);
        state = State.STANDING;
        stood = true;
        standingSinceNanos = context.timers().nanoTime();
        deadlineTimer.cancel();
        stepTimer.cancel();
        SettlingWriter fresh =
                new SettlingWriter(standing.writer(), context.wire().owner());
        writer = fresh;
        if (context.settings().settleTime().isZero()) {
            fresh.settle();
        } else {
            stepTimer = context.timers().after(context.settings().settleTime(), fresh::settle);
        }
        listener.onStanding(this, fresh);
    }

    @Override
    public void onEvent(ServerEvent event) {
        if (closing) {
            return;
        }
        if (state == State.DIALING) {
            stand();
        }
        if (state == State.STANDING) {
            heardEvents = true;
            settle();
            listener.onEvent(this, event);
        }
    }

    private void settle() {
        if (writer != null && writer.settle()) {
            stepTimer.cancel();
        }
    }

    @Override
    public void onRefused(StepFailure refusal) {
        if (closing || attemptTimedOut || deadlinePassed) {
            onEnd(new SocketEnd.Failed(refusal.cause()));
        } else if (state == State.DIALING) {
            stepTimer.cancel();
            dial = null;
            onAttemptFailed(refusal);
        }
    }

    @Override
    public void onEnd(SocketEnd end) {
        stepTimer.cancel();
        dial = null;
        if (closing || state == State.STANDING) {
            boolean dialing = state == State.DIALING && !upgraded;
            over();
            if (dialing) {
                context.breaker().notTried();
            }
            if (writer != null) {
                writer.end();
            }
            listener.onLost(this, end);
        } else if (state == State.DIALING) {
            onAttemptFailed(failureOf(end));
        }
    }

    private StepFailure failureOf(SocketEnd end) {
        if (attemptTimedOut || deadlinePassed) {
            return StepFailure.network(
                    new TransportException(
                            Fault.UPGRADE_TIMEOUT,
                            "attempt " + attempt + " at " + context.wire().host() + " was given up "
                                    + (deadlinePassed
                                            ? "at the deadline"
                                            : "after "
                                                    + context.settings()
                                                            .attemptTimeout()
                                                            .toMillis() + " ms")
                                    + (upgraded ? ": accepted, and no event came" : ": no answer to the upgrade")),
                    true);
        }
        if (end instanceof SocketEnd.Failed failed) {
            return StepFailure.network(failed.cause(), true);
        }
        String how = end instanceof SocketEnd.ClosedByServer closed ? "closed it with " + closed.code() : "ended it";
        return StepFailure.network(
                new TransportException(
                        Fault.CONNECTION_LOST,
                        context.wire().host() + " accepted attempt " + attempt + " and " + how + " before any event"),
                true);
    }

    private void onAttemptFailed(StepFailure failure) {
        if (!upgraded) {
            context.breaker().failed(failure);
            leavePlace();
        }
        last = failure;
        budget.countFailure();
        Verdict verdict = RetryTable.afterJoin(failure);
        if (verdict == Verdict.FINAL) {
            fail(JoinFailure.Reason.REFUSED, "refused for good");
        } else if (verdict == Verdict.NOT_YET && !budget.isNotYet()) {
            fail(JoinFailure.Reason.CALL_NOT_FOUND, "the server does not know the call");
        } else if (deadlinePassed) {
            failAtDeadline();
        } else if (attempt >= context.settings().maxAttempts()) {
            fail(JoinFailure.Reason.GAVE_UP, "no attempt is left");
        } else {
            pauseAfter(failure.retryAfter());
        }
    }

    private void pauseAfter(Optional<Duration> retryAfter) {
        Duration pause = backoff();
        if (retryAfter.isPresent() && retryAfter.get().compareTo(pause) > 0) {
            pause = retryAfter.get();
            if (pause.compareTo(budget.left()) >= 0) {
                fail(
                        JoinFailure.Reason.GAVE_UP,
                        "the server asks to wait " + pause.toSeconds() + " s, past the deadline");
                return;
            }
        }
        pause(pause);
    }

    private Duration backoff() {
        long step = Math.min(Math.max(budget.failures(), 1), MAX_BACKOFF_STEP);
        return Duration.ofMillis(pauses.apply((int) step));
    }

    private void pause(Duration pause) {
        state = State.PAUSING;
        stepTimer = context.timers().after(pause, this::takeTurn);
    }

    private void onAttemptTimeout() {
        attemptTimedOut = true;
        giveUpDial();
    }

    private void onDeadline() {
        deadlinePassed = true;
        if (state == State.DIALING) {
            giveUpDial();
        } else {
            failAtDeadline();
        }
    }

    private void giveUpDial() {
        if (dial != null) {
            dial.close(1000, "");
        }
    }

    private void failAtDeadline() {
        fail(JoinFailure.Reason.DEADLINE, "the deadline of " + budget.deadline().toMillis() + " ms has passed");
    }

    private void fail(JoinFailure.Reason reason, String why) {
        over();
        listener.onNotJoined(this, JoinFailure.of(reason, why, context.wire().host(), call, attempt, budget, last));
    }

    private void over() {
        state = State.OVER;
        deadlineTimer.cancel();
        stepTimer.cancel();
        leavePlace();
    }

    private void leavePlace() {
        if (place != null) {
            place.leave();
            place = null;
        }
    }

    private static Duration notNegative(Duration time) {
        return time.isNegative() ? Duration.ZERO : time;
    }
}
