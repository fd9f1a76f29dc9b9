package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.transport.websocket.SocketEnd;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One conversation over a sideband, from the offer to the end of the call.
 *
 * <p>Creates the call, hands the answer over, then keeps a control link to the call until the link
 * ends for good; a link that was lost is replaced by a new one. Results of anything older than the
 * current link are ignored. Whatever ends it, the call is settled: hung up, or left alive by choice.
 *
 * <p>All fields are confined to the wire's owner, where the listener is called; the public methods
 * hand over to it.
 */
final class SidebandConnection
        implements TransportConnection, CallCreation.Listener, ControlLink.Listener, Background.Work {
    /** A socket that stood this long has proved itself: its loss starts a fresh budget. */
    private static final Duration PROVEN_AFTER = Duration.ofSeconds(1);

    /** Sockets in a row that worked, but not that long, before the deadline is no longer renewed. */
    private static final int MAX_SHORT_LIVES = 30;

    /** What ends a closure's text where the call outlives its control by choice. */
    static final String MEDIA_ONLY = "its media goes on without control";

    private enum Stage {
        NEW,
        CREATING,
        JOINING,
        LIVE,
        CLOSING,
        CLOSED
    }

    private final SidebandContext context;
    private final CallWire wire;
    private final Timers timers;
    private final LinkContext linkContext;
    private final InputChannels inputs;
    private final TransportListener listener;
    private final SilenceWatch silence;

    private Stage stage = Stage.NEW;
    private long phaseSinceNanos;
    private boolean everJoined;
    private boolean callSettled;
    private @Nullable CallCreation creation;
    private CallOrder.@Nullable Template template;
    private @Nullable CallTicket ticket;
    private @Nullable ControlLink link;
    private @Nullable Closure closing;

    // Written by any thread: a pause counts from the next event on, not from the owner's next task.
    private volatile boolean receivingPaused;

    /** The link whose socket stands, or stood last; written on the owner. */
    private volatile @Nullable ControlLink standing;

    SidebandConnection(SidebandContext context, CallWire wire, InputChannels inputs, TransportListener listener) {
        this.context = context;
        this.wire = wire;
        this.timers = new Timers(context.scheduler(), wire.owner());
        this.linkContext = new LinkContext(wire, timers, context.settings().join(), context.breaker(), context.gate());
        this.inputs = inputs;
        this.listener = listener;
        this.silence = new SilenceWatch(
                timers, context.settings().end().silence().orElse(Duration.ofDays(1)), this::onCallerSilent);
    }

    /** Creates a call, then joins it. On the owner, first. */
    void create(CallOrder order) {
        if (stage != Stage.NEW) {
            return;
        }
        stage = Stage.CREATING;
        phaseSinceNanos = timers.nanoTime();
        template = order.template();
        creation = new CallCreation(context, wire, timers, order, this);
        creation.start();
    }

    /** Joins a call that exists. On the owner, first. */
    void join(CallTicket existing) {
        if (stage != Stage.NEW) {
            return;
        }
        hold(existing);
    }

    /** Ends before anything was sent. On the owner, first. */
    void refuse(TransportException why) {
        if (stage == Stage.NEW) {
            end(Closure.failed(why));
        }
    }

    @Override
    public void onCreated(CallId call, SdpAnswer answer) {
        CallTicket created = Objects.requireNonNull(template).ticketFor(call);
        if (!context.held().claim(call)) {
            end(Closure.failed(duplicate(call, Optional.of(answer))));
            return;
        }
        ticket = created;
        listener.onAnswer(answer);
        Duration took = sincePhase();
        context.announcer().tell(observer -> observer.onCallCreated(created, took));
        joinFirst(created);
    }

    @Override
    public void onFailed(TransportException failure) {
        if (failure.fault() == Fault.BAD_CALL_RESPONSE
                && !context.settings().end().hangUpOnJoinFailure()) {
            failure.answer().ifPresent(listener::onAnswer);
        }
        end(Closure.failed(failure));
    }

    private void hold(CallTicket existing) {
        if (!context.held().claim(existing.call())) {
            end(Closure.failed(duplicate(existing.call(), Optional.empty())));
            return;
        }
        ticket = existing;
        joinFirst(existing);
    }

    private void joinFirst(CallTicket held) {
        JoinSettings settings = context.settings().join();
        startLink(held, new JoinBudget(timers, settings.deadline(), settings.callVisibleWithin()));
    }

    private void startLink(CallTicket held, JoinBudget budget) {
        stage = Stage.JOINING;
        phaseSinceNanos = timers.nanoTime();
        ControlLink fresh = new ControlLink(linkContext, held.call(), budget, this);
        link = fresh;
        fresh.start();
    }

    @Override
    public void onAttempt(ControlLink from, int attempt) {
        if (from == link) {
            listener.onJoining(attempt);
        }
    }

    @Override
    public void onStanding(ControlLink from, InputWriter writer) {
        CallTicket held = ticket;
        if (from != link || held == null) {
            return;
        }
        boolean rejoined = everJoined;
        Duration took = sincePhase();
        stage = Stage.LIVE;
        everJoined = true;
        standing = from;
        if (receivingPaused) {
            tellReceiving(from);
        }
        if (context.settings().end().silence().isPresent()) {
            silence.start();
        }
        inputs.drainTo(writer);
        context.announcer().tell(observer -> observer.onJoined(held, from.attempts(), took, rejoined));
    }

    @Override
    public void onEvent(ControlLink from, ServerEvent event) {
        if (from == link && stage == Stage.LIVE) {
            silence.heard();
            listener.onEvent(event);
        }
    }

    @Override
    public void onLost(ControlLink from, SocketEnd end) {
        CallTicket held = ticket;
        if (from != link || held == null) {
            return;
        }
        silence.stop();
        if (closing != null) {
            end(closing);
        } else if (context.settings().join().rejoins() && mayLiveOn(end)) {
            context.announcer().tell(observer -> observer.onRejoining(held));
            startLink(held, budgetAfter(from));
        } else {
            settleCall(context.settings().end().hangUpOnClose());
            end(closureOf(end));
        }
    }

    private JoinBudget budgetAfter(ControlLink lost) {
        JoinSettings settings = context.settings().join();
        JoinBudget budget = lost.budget();
        if (lost.stoodFor().compareTo(PROVEN_AFTER) >= 0) {
            budget = new JoinBudget(timers, settings.rejoinDeadline(), Duration.ZERO);
        } else if (lost.showedLife() && budget.failures() < MAX_SHORT_LIVES) {
            budget = budget.renewed(settings.rejoinDeadline());
        }
        budget.countFailure();
        return budget;
    }

    private static boolean mayLiveOn(SocketEnd end) {
        if (end instanceof SocketEnd.ClosedByServer closed) {
            return RetryTable.rejoinsAfter(closed.code());
        }
        return end instanceof SocketEnd.Failed failed
                && RetryTable.rejoinsAfter(failed.cause().fault());
    }

    private static Closure closureOf(SocketEnd end) {
        if (end instanceof SocketEnd.ClosedByServer closed) {
            return Closure.byServer(closed.code(), closed.reason(), RetryTable.rejoinsAfter(closed.code()));
        }
        return end.toClosure();
    }

    @Override
    public void onNotJoined(ControlLink from, JoinFailure failure) {
        CallTicket held = ticket;
        if (from != link || held == null) {
            return;
        }
        boolean hangUp = context.settings().end().hangUpOnJoinFailure();
        boolean mediaOnly = !hangUp && failure.reason() != JoinFailure.Reason.CALL_NOT_FOUND;
        if (mediaOnly) {
            context.announcer().tell(observer -> observer.onMediaOnly(held));
        }
        settleCall(hangUp);
        end(closureOf(failure, mediaOnly));
    }

    private Closure closureOf(JoinFailure failure, boolean mediaOnly) {
        boolean callOver = everJoined && failure.reason() == JoinFailure.Reason.CALL_NOT_FOUND;
        Closure.Initiator initiator = callOver
                ? Closure.Initiator.SERVER
                : failure.reason() == JoinFailure.Reason.DEADLINE
                        ? Closure.Initiator.DEADLINE
                        : Closure.Initiator.TRANSPORT;
        return new Closure(
                initiator,
                Closure.ABNORMAL,
                failure.cause().getMessage() + (mediaOnly ? "; " + MEDIA_ONLY : ""),
                Optional.of(failure.cause()),
                failure.isRecoverable(),
                Closure.Discarded.NONE);
    }

    private void onCallerSilent(Duration time) {
        CallTicket held = ticket;
        if (held == null) {
            return;
        }
        if (receivingPaused) {
            // We do not listen, so nothing is known of the caller.
            silence.start();
            return;
        }
        context.announcer().tell(observer -> observer.onCallerSilent(held, time));
        if (context.settings().end().endOnSilence()) {
            TransportException cause = new TransportException(
                    Fault.CALLER_INACTIVE, "the server has sent nothing for " + time.toSeconds() + " s");
            closeNow(new Closure(
                    Closure.Initiator.DEADLINE,
                    Closure.NORMAL,
                    "the caller seems to have left",
                    Optional.of(cause),
                    true,
                    Closure.Discarded.NONE));
        }
    }

    @Override
    public void close(Closure closure) {
        wire.owner().execute(() -> closeNow(closure));
    }

    private void closeNow(Closure closure) {
        switch (stage) {
            case NEW -> end(closure);
            case CREATING -> {
                if (creation != null) {
                    creation.abandon();
                }
                end(closure);
            }
            case JOINING, LIVE -> {
                stage = Stage.CLOSING;
                closing = closure;
                settleCall(context.settings().end().hangUpOnClose());
                if (link != null) {
                    link.close(closure.code(), closure.text());
                }
            }
            case CLOSING, CLOSED -> {}
        }
    }

    @Override
    public void pauseReceiving() {
        setReceivingPaused(true);
    }

    @Override
    public void resumeReceiving() {
        setReceivingPaused(false);
        wire.owner().execute(silence::heard);
    }

    private void setReceivingPaused(boolean paused) {
        receivingPaused = paused;
        ControlLink current = standing;
        if (current != null) {
            tellReceiving(current);
        }
    }

    /** No hang-up can be sent any more: what is alive is reported. */
    @Override
    public void onLoopsGone() {
        if (creation != null) {
            creation.onLoopsGone();
        }
        CallTicket held = ticket;
        if (held != null && !callSettled) {
            callSettled = true;
            context.held().release(held.call());
            if (context.settings().end().hangUpOnClose()) {
                context.orphans()
                        .report(new PossibleOrphan(
                                PossibleOrphan.NO_REQUEST,
                                Optional.of(held.call()),
                                wire.host(),
                                "the event loops were closed while its conversation went on"));
            }
        }
        end(closing != null ? closing : Ends.loopsClosed());
    }

    /** Whoever tells last tells what holds. */
    private void tellReceiving(ControlLink told) {
        boolean paused;
        do {
            paused = receivingPaused;
            if (paused) {
                told.pauseReceiving();
            } else {
                told.resumeReceiving();
            }
        } while (paused != receivingPaused);
    }

    private void settleCall(boolean hangUp) {
        CallTicket held = ticket;
        if (held == null || callSettled) {
            return;
        }
        callSettled = true;
        if (hangUp) {
            context.orphans()
                    .hangUp(wire, held.call(), everJoined ? OrphanGuard.Seen.JOINED : OrphanGuard.Seen.NEVER_JOINED);
        } else {
            context.held().release(held.call());
        }
    }

    private void end(Closure closure) {
        if (stage == Stage.CLOSED) {
            return;
        }
        stage = Stage.CLOSED;
        silence.stop();
        listener.onClosed(closure);
        context.connections().remove(this);
        context.background().end(this);
    }

    private TransportException duplicate(CallId call, Optional<SdpAnswer> answer) {
        return new TransportException(
                Fault.DUPLICATE_CALL_ID,
                "call #" + call.digest() + " at " + wire.host() + " is held by another conversation of this transport",
                StepFailure.NO_STATUS,
                answer,
                null);
    }

    private Duration sincePhase() {
        return Duration.ofNanos(timers.nanoTime() - phaseSinceNanos);
    }
}
