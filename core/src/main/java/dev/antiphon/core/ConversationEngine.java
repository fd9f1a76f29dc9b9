package dev.antiphon.core;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Closure.Discarded;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine of one conversation between its transport and its application.
 *
 * <p>One lock guards everything and is never held while calling out: what must be called is collected
 * in a {@link Deferred} and run after. The end is decided once, by whoever comes first: the
 * application, the transport, a deadline.
 */
final class ConversationEngine implements TransportListener, InputChannels {
    private static final Logger log = LoggerFactory.getLogger(ConversationEngine.class);

    private final StartRequest start;
    private final ConversationLimits limits;
    private final ErrorPolicy errors;
    private final Scheduler scheduler;
    private final Executor libraryThreads;
    private final boolean greets;
    private final Runnable onEnd;
    private final long startedAt;

    final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();

    // Completed on the library's threads.
    final CompletableFuture<SdpAnswer> answer = new CompletableFuture<>();
    final CompletableFuture<Void> ready = new CompletableFuture<>();
    final CompletableFuture<Void> joined = new CompletableFuture<>();
    final CompletableFuture<Closure> closed = new CompletableFuture<>();

    // Guarded by lock.
    final ConversationState state;
    final InputLanes lanes;
    final EventFanout fanout;
    private final PhaseClock clock = new PhaseClock();
    private SessionConfig session;
    private Phase phase = Phase.OPENING;
    private @Nullable TransportConnection connection;
    private @Nullable InputDrain drain;
    private @Nullable Closure ending;
    private @Nullable Closure closure;
    private Discarded discarded = Discarded.NONE;
    private Scheduler.@Nullable Timer closeTimer;
    private Scheduler.@Nullable Timer stallTimer;
    private boolean paused;

    /** @param onEnd called once after the end, without the lock */
    ConversationEngine(StartRequest start, ConversationSetup setup, Runnable onEnd) {
        this.start = start;
        this.session = start.session();
        this.limits = setup.limits();
        this.errors = setup.errors();
        this.scheduler = setup.scheduler();
        this.libraryThreads = setup.libraryThreads();
        this.greets = setup.sessionUpdateOnJoin();
        this.onEnd = onEnd;
        this.startedAt = scheduler.nanoTime();
        this.state = new ConversationState(start.session());
        this.lanes = new InputLanes(limits, state.responses, room);
        this.fanout = new EventFanout(limits.eventsHigh(), this);
        if (start.offer().isEmpty()) {
            answer.completeExceptionally(new IllegalStateException("started without an SDP offer: there is no answer"));
        }
    }

    Executor libraryThreads() {
        return libraryThreads;
    }

    long now() {
        return scheduler.nanoTime();
    }

    StartRequest startRequest() {
        return start;
    }

    Phase phase() {
        lock.lock();
        try {
            return phase;
        } finally {
            lock.unlock();
        }
    }

    // ------------------------------------------------------------------ opening

    /** Opens the transport; the first call after construction. */
    void open(TransportChoice choice) {
        TransportConnection opened;
        try {
            opened = choice.transport().open(start, this, this);
        } catch (RuntimeException | Error e) {
            end(Closure.failed(new TransportException(
                    Fault.TRANSPORT_DEFECT, "open of transport " + choice.name() + " threw", e)));
            return;
        }
        Closure closeAlready;
        boolean pauseAlready;
        lock.lock();
        try {
            connection = opened;
            closeAlready = ending != null ? ending : closure;
            pauseAlready = paused;
        } finally {
            lock.unlock();
        }
        if (closeAlready != null) {
            opened.close(closeAlready);
        } else if (pauseAlready) {
            opened.pauseReceiving();
        }
    }

    // ------------------------------------------------------------------ transport

    @Override
    public void onAnswer(SdpAnswer sdp) {
        Deferred after = new Deferred();
        lock.lock();
        try {
            if (phase != Phase.OPENING) {
                ignore("an SDP answer");
                return;
            }
            clock.answered(now() - startedAt);
            fanout.publish((Signal) listener -> listener.onAnswer(sdp), after);
            become(Phase.ANSWERED, after);
            after.complete(() -> {
                answer.complete(sdp);
                ready.complete(null);
            });
        } finally {
            lock.unlock();
        }
        after.run(libraryThreads);
    }

    @Override
    public void onJoining(int attempt) {
        Deferred after = new Deferred();
        lock.lock();
        try {
            if (!phase.acceptsInput()) {
                return;
            }
            if (phase == Phase.LIVE) {
                loseSocket(after);
                become(Phase.REJOINING, after);
            } else if (phase != Phase.REJOINING && phase != Phase.JOINING) {
                become(Phase.JOINING, after);
            }
            fanout.publish((Signal) listener -> listener.onJoining(attempt), after);
        } finally {
            lock.unlock();
        }
        after.run(libraryThreads);
    }

    @Override
    public void drainTo(InputWriter writer) {
        Deferred after = new Deferred();
        InputDrain opened;
        boolean wake;
        lock.lock();
        try {
            if (!phase.acceptsInput()) {
                return;
            }
            if (phase == Phase.LIVE) {
                loseSocket(after);
            } else {
                if (phase == Phase.REJOINING) {
                    clock.rejoined();
                } else {
                    clock.live(now() - startedAt);
                    if (start.offer().isEmpty()) {
                        state.toolCalls.seesEverything();
                    }
                }
                become(Phase.LIVE, after);
            }
            opened = new InputDrain(lock, lanes, writer, greeting(), this);
            drain = opened;
            wake = opened.wake();
            after.complete(() -> {
                ready.complete(null);
                joined.complete(null);
            });
        } finally {
            lock.unlock();
        }
        after.run(libraryThreads);
        if (wake) {
            opened.start();
        }
    }

    private @Nullable ClientEvent greeting() {
        return greets ? new ClientEvent.SessionUpdate("", session) : null;
    }

    /** What was written to the lost socket and not confirmed cannot be known any more. */
    private void loseSocket(Deferred after) {
        InputDrain lost = drain;
        if (lost != null) {
            lost.abandon(after);
            drain = null;
        }
        lanes.receipts.settleUnconfirmed(
                InputLanes.lost("the connection was lost before the server confirmed it"), after);
        state.onConnectionLost(after);
    }

    @Override
    public void onEvent(ServerEvent event) {
        Deferred after = new Deferred();
        Optional<Fault> fatal = Optional.empty();
        boolean overrun;
        InputDrain wake;
        lock.lock();
        try {
            if (phase == Phase.CLOSED) {
                return;
            }
            clock.event(now() - startedAt);
            List<ToolCall> calls = state.apply(event, lanes.receipts, after);
            fanout.publish(event, after);
            for (ToolCall call : calls) {
                fanout.publish((Signal) listener -> listener.onToolCall(call), after);
            }
            if (event instanceof ServerError error) {
                fatal = errors.endsWith(error.error());
            }
            overrun = fanout.isOverrun();
            wake = wakeable();
        } finally {
            lock.unlock();
        }
        after.run(libraryThreads);
        if (wake != null) {
            wake.start();
        }
        if (fatal.isPresent() && event instanceof ServerError error) {
            close(ended(fatal.get(), error));
        } else if (overrun) {
            close(stalled());
        }
    }

    private static Closure ended(Fault fault, ServerError error) {
        String code = error.error().code();
        TransportException cause = new TransportException(
                fault, "the server reported " + (code.isEmpty() ? error.error().type() : code));
        return new Closure(
                Closure.Initiator.SERVER,
                Closure.NORMAL,
                String.valueOf(cause.getMessage()),
                Optional.of(cause),
                fault.retry() == Fault.Retry.LATER,
                Discarded.NONE);
    }

    @Override
    public void onClosed(Closure reported) {
        end(reported);
    }

    /**
     * A writer takes nothing any more. Its transport is about to report a re-join or the end; one that
     * reports neither would leave input waiting for ever.
     */
    void onWriterBroke(InputDrain broken) {
        scheduler.schedule(limits.close(), () -> {
            boolean silent;
            lock.lock();
            try {
                silent = drain == broken && phase == Phase.LIVE;
            } finally {
                lock.unlock();
            }
            if (silent) {
                close(Closure.failed(new TransportException(
                        Fault.CONNECTION_LOST, "a write failed and the transport reported nothing about its socket")));
            }
        });
    }

    // ------------------------------------------------------------------ input

    /** Under the lock: the drain, if it has to be started after unlocking. */
    @Nullable
    InputDrain wakeable() {
        InputDrain current = drain;
        return current != null && current.wake() ? current : null;
    }

    /** Under the lock: the session as it will be after an update. */
    void updateSession(SessionConfig update) {
        session = session.merge(update);
    }

    // ------------------------------------------------------------------ slow listeners

    /** Under the lock: somebody's backlog passed the high mark. */
    void onCrowded(Deferred after) {
        if (paused || phase == Phase.CLOSED) {
            return;
        }
        paused = true;
        stallTimer = scheduler.schedule(limits.stall(), this::onStalled);
        after.call(this::applyPause);
    }

    /** Under the lock: all backlogs are below the low mark. */
    void onRelaxed(Deferred after) {
        if (!paused) {
            return;
        }
        paused = false;
        cancel(stallTimer);
        stallTimer = null;
        after.call(this::applyPause);
    }

    /** Tells the transport what holds now; two that race tell the same. */
    private void applyPause() {
        TransportConnection current;
        boolean pause;
        lock.lock();
        try {
            current = connection;
            pause = paused;
        } finally {
            lock.unlock();
        }
        if (current == null) {
            return;
        }
        if (pause) {
            current.pauseReceiving();
        } else {
            current.resumeReceiving();
        }
        boolean changed;
        lock.lock();
        try {
            changed = paused != pause;
        } finally {
            lock.unlock();
        }
        if (changed) {
            applyPause();
        }
    }

    private void onStalled() {
        boolean still;
        lock.lock();
        try {
            still = paused;
        } finally {
            lock.unlock();
        }
        if (still) {
            close(stalled());
        }
    }

    private Closure stalled() {
        return Closure.failed(new TransportException(
                Fault.CONSUMER_STALLED,
                "a listener left more than " + limits.eventsHigh() + " events waiting for " + limits.stall()));
    }

    // ------------------------------------------------------------------ end

    /** Begins the end, for whatever reason; the first one counts. */
    void close(Closure wanted) {
        Deferred after = new Deferred();
        TransportConnection current;
        lock.lock();
        try {
            if (!phase.acceptsInput()) {
                return;
            }
            ending = wanted;
            become(Phase.CLOSING, after);
            boolean requested = wanted.initiator() == Closure.Initiator.APPLICATION
                    || wanted.initiator() == Closure.Initiator.REPLACED;
            discarded = lanes.close(requested ? Outcome.Reason.STOPPED : Outcome.Reason.CONVERSATION_ENDED, after);
            state.responses.close(new ConversationClosedException(wanted), after);
            current = connection;
            closeTimer = scheduler.schedule(limits.close(), () -> end(wanted));
        } finally {
            lock.unlock();
        }
        after.run(libraryThreads);
        if (current != null) {
            current.close(wanted);
        }
    }

    private void end(Closure reported) {
        Deferred after = new Deferred();
        TransportConnection current;
        Closure decided;
        lock.lock();
        try {
            if (phase == Phase.CLOSED) {
                return;
            }
            Discarded late = lanes.close(Outcome.Reason.CONVERSATION_ENDED, after);
            if (ending == null) {
                discarded = late;
            }
            decided = (ending != null ? ending : reported).withDiscarded(discarded);
            closure = decided;
            phase = Phase.CLOSED;
            clock.ended(now() - startedAt);
            current = connection;
            settle(decided, after);
        } finally {
            lock.unlock();
        }
        after.run(libraryThreads);
        if (current != null) {
            // Where a deadline or a defect decided, the transport has not finished by itself.
            current.close(decided);
        }
        onEnd.run();
    }

    private void settle(Closure decided, Deferred after) {
        InputDrain last = drain;
        if (last != null) {
            last.abandon(after);
            drain = null;
        }
        lanes.receipts.settleAll(
                new Outcome.Unknown(
                        Outcome.Reason.CONVERSATION_ENDED, "the conversation ended before the server confirmed it"),
                after);
        ConversationClosedException why = new ConversationClosedException(decided);
        state.responses.close(why, after);
        cancel(closeTimer);
        cancel(stallTimer);
        fanout.end(decided, after);
        // Completions may overtake each other on the library's threads: only what never came may fail.
        boolean answered = clock.toAnswer().isPresent();
        boolean lived = clock.toLive().isPresent();
        after.complete(() -> {
            if (!answered) {
                answer.completeExceptionally(why);
            }
            if (!answered && !lived) {
                ready.completeExceptionally(why);
            }
            if (!lived) {
                joined.completeExceptionally(why);
            }
            closed.complete(decided);
        });
    }

    private static void cancel(Scheduler.@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    // ------------------------------------------------------------------ phases and numbers

    private void become(Phase next, Deferred after) {
        if (!phase.canBecome(next)) {
            throw new IllegalStateException(phase + " cannot become " + next);
        }
        phase = next;
        fanout.publish((Signal) listener -> listener.onPhase(next), after);
    }

    private void ignore(String what) {
        if (phase.acceptsInput()) {
            log.warn("a transport reported {} in phase {}; ignored", what, phase);
        }
    }

    /** Under the lock: how it ended, if it has. */
    @Nullable
    Closure closure() {
        return closure;
    }

    ConversationSummary summary() {
        lock.lock();
        try {
            return new ConversationSummary(
                    lanes.receipts.counts(InputReceipt.Kind.TEXT).summary(lanes.text.ring.size()),
                    lanes.receipts.counts(InputReceipt.Kind.HANDOFF).summary(lanes.handoff.ring.size()),
                    lanes.audio.summary(),
                    state.responses.finished(),
                    state.usage(),
                    state.events(),
                    state.decodeErrors(),
                    clock.rejoins(),
                    clock.toAnswer(),
                    clock.toLive(),
                    clock.toFirstEvent(),
                    clock.duration().orElse(Duration.ofNanos(now() - startedAt)));
        } finally {
            lock.unlock();
        }
    }
}
