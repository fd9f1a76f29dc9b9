package dev.antiphon.core;

import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.ConversationObserver;
import dev.antiphon.core.port.ConversationObserver.Milestone;
import dev.antiphon.core.port.ConversationObserver.ObservedConversation;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
final class ConversationEngine implements TransportListener, InputChannels, Steps {
    private static final Logger log = LoggerFactory.getLogger(ConversationEngine.class);

    private final StartRequest start;
    private final ConversationSetup setup;
    private final ObservedConversation observed;
    private final Runnable onEnd;
    final EventIds ids;
    final Stages stages;
    final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    final ConversationTimers timers;
    final ConversationState state;
    final InputLanes lanes;
    final InputSettlement settlement;
    final EventFanout fanout;
    final DropReports drops;
    private final ReadingGate reading;
    private final PhaseClock clock;
    private Phase phase = Phase.OPENING;
    private @Nullable TransportConnection connection;
    private @Nullable InputDrain drain;
    private @Nullable Closure ending;
    private @Nullable Closure closure;

    /** @param onEnd called once, before the end is told, without the lock */
    ConversationEngine(
            StartRequest start,
            TransportChoice choice,
            String id,
            EventIds ids,
            ConversationSetup setup,
            Runnable onEnd) {
        this.start = start;
        this.setup = setup;
        this.observed = new LaneObservation(id, choice.name(), this);
        this.onEnd = onEnd;
        this.ids = ids;
        this.stages = new Stages(start.offer().isPresent(), setup.stageThreads());
        ConversationLimits limits = setup.limits();
        this.timers = new ConversationTimers(lock, setup.scheduler());
        this.clock = new PhaseClock(now());
        this.state = new ConversationState(
                start.session(), limits.unconfirmed(), new ResponseGate(timers, this, setup.stageThreads()));
        this.lanes = new InputLanes(limits, state.receipts, state.responses, new Room(lock, timers));
        this.settlement = new InputSettlement(lanes, state);
        this.reading = new ReadingGate(lock, timers, limits.stall(), () -> close(stalled()));
        this.fanout = new EventFanout(limits, reading);
        this.drops = new DropReports(
                this,
                lanes.audio.loss(),
                start.session().inputFormat().orElse(AudioFormat.PCM16).bytesPerSecond());
    }

    ConversationSetup setup() {
        return setup;
    }

    long now() {
        return setup.scheduler().nanoTime();
    }

    boolean hasOffer() {
        return start.offer().isPresent();
    }

    // ------------------------------------------------------------------ steps

    @Override
    public void step(Consumer<Deferred> work) {
        Deferred after = new Deferred();
        lock.lock();
        try {
            work.accept(after);
            wakeDrain(after);
        } finally {
            lock.unlock();
            after.run();
        }
    }

    /** Reads something under the lock. */
    <T> T read(Supplier<T> value) {
        lock.lock();
        try {
            return value.get();
        } finally {
            lock.unlock();
        }
    }

    private void wakeDrain(Deferred after) {
        InputDrain woken = wakeable();
        if (woken != null) {
            after.call(woken::start);
        }
    }

    /** Under the lock: the drain, if it has to be started after unlocking. */
    @Nullable
    InputDrain wakeable() {
        InputDrain current = drain;
        return current != null && current.wake() ? current : null;
    }

    /** Frames were lost; listeners hear of it. */
    void reportDrops() {
        step(drops::tell);
    }

    // ------------------------------------------------------------------ opening

    /** Opens the transport; the first call after construction. A conversation that was closed before stays closed. */
    void open(TransportChoice choice) {
        Closure early = read(() -> ending);
        if (early != null) {
            end(early);
            return;
        }
        TransportConnection opened;
        try {
            opened = Objects.requireNonNull(choice.transport().open(start, this, this), "no connection");
        } catch (RuntimeException | Error e) {
            end(Closure.failed(new TransportException(
                    Fault.TRANSPORT_DEFECT, "open of transport " + choice.name() + " threw", e)));
            return;
        }
        step(after -> {
            connection = opened;
            Closure already = ending != null ? ending : closure;
            if (already != null) {
                after.call(() -> opened.close(already));
            } else {
                reading.connect(opened, after);
            }
        });
    }

    // ------------------------------------------------------------------ transport

    @Override
    public void onAnswer(SdpAnswer sdp) {
        step(after -> {
            if (phase != Phase.OPENING) {
                ignore("an SDP answer");
                return;
            }
            reach(Milestone.ANSWERED, after);
            after.complete(() -> stages.answered(sdp));
            fanout.publish((Signal) listener -> listener.onAnswer(sdp), after);
            become(Phase.ANSWERED, after);
        });
    }

    @Override
    public void onJoining(int attempt) {
        step(after -> {
            if (!phase.acceptsInput()) {
                return;
            }
            if (phase == Phase.LIVE) {
                loseSocket(after);
            } else if (phase != Phase.REJOINING && phase != Phase.JOINING) {
                become(Phase.JOINING, after);
            }
            reach(Milestone.JOINING, after);
            fanout.publish((Signal) listener -> listener.onJoining(attempt), after);
        });
    }

    @Override
    public void drainTo(InputWriter writer) {
        InputDrain fresh = new InputDrain(this, writer);
        step(after -> {
            if (!phase.acceptsInput()) {
                return;
            }
            if (phase == Phase.LIVE) {
                loseSocket(after);
            }
            if (phase == Phase.REJOINING) {
                reach(Milestone.REJOINED, after);
            } else {
                reach(Milestone.LIVE, after);
                if (!hasOffer()) {
                    state.toolCalls.seesEverything();
                }
            }
            after.complete(stages::live);
            become(Phase.LIVE, after);
            if (setup.sessionUpdateOnJoin()) {
                fresh.greet(new ClientEvent.SessionUpdate(ids.event(), state.session.inForce()));
            }
            drain = fresh;
        });
    }

    /** What was written to the lost socket and not confirmed cannot be known any more. */
    private void loseSocket(Deferred after) {
        abandonDrain(after);
        settlement.connectionLost(after);
        state.onConnectionLost(after);
        reach(Milestone.REJOINING, after);
        become(Phase.REJOINING, after);
    }

    private void abandonDrain(Deferred after) {
        InputDrain lost = drain;
        if (lost != null) {
            lost.abandon(after);
            drain = null;
        }
    }

    @Override
    public void onEvent(ServerEvent event) {
        step(after -> {
            if (phase == Phase.CLOSED) {
                return;
            }
            if (!clock.has(Milestone.FIRST_EVENT)) {
                reach(Milestone.FIRST_EVENT, after);
            }
            var calls = state.apply(event, after);
            fanout.publish(event, after);
            for (ToolCall call : calls) {
                fanout.publish((Signal) listener -> listener.onToolCall(call), after);
            }
            if (event instanceof ServerError error) {
                after.call(() -> judge(error.error()));
            }
            if (fanout.isOverrun()) {
                after.call(() -> close(stalled()));
            }
        });
    }

    /** Asks the application's policy whether an error is the end. */
    private void judge(ErrorDetail error) {
        Optional<Fault> fatal;
        try {
            fatal = setup.errors().endsWith(error);
        } catch (RuntimeException | Error e) {
            log.warn("the error policy threw; the standard policy decides", e);
            fatal = ErrorPolicy.standard().endsWith(error);
        }
        fatal.ifPresent(fault -> close(Closures.byError(fault, error)));
    }

    @Override
    public void onClosed(Closure reported) {
        end(reported);
    }

    /**
     * Under the lock: a writer takes nothing any more. Its transport is about to report a re-join or
     * the end; one that reports neither would leave input waiting for ever.
     */
    void onWriterBroke(InputDrain broken) {
        timers.after(setup.limits().close(), () -> {
            if (read(() -> drain == broken)) {
                close(Closure.failed(new TransportException(
                        Fault.CONNECTION_LOST, "a write failed and the transport reported nothing about its socket")));
            }
        });
    }

    /** Under the lock: the session cannot be written in this dialect, so the conversation cannot be what was asked for. */
    void onGreetingRefused(String why, Deferred after) {
        after.call(() -> close(
                Closure.failed(new TransportException(Fault.REQUEST_INVALID, "session.update was refused: " + why))));
    }

    /** Under the lock: a socket took the first event. */
    void onWritten(Deferred after) {
        if (!clock.has(Milestone.FIRST_WRITE)) {
            reach(Milestone.FIRST_WRITE, after);
        }
    }

    // ------------------------------------------------------------------ listeners

    /** A listener threw; the conversation goes on. */
    void onListenerFailure(Throwable failure) {
        log.warn(
                "a listener of {} threw {}; the conversation goes on",
                observed.id(),
                failure.getClass().getName(),
                failure);
        Deferred after = new Deferred();
        observe(observer -> observer.onListenerFailure(observed, failure), after);
        after.run();
    }

    private Closure stalled() {
        return Closures.stalled(setup.limits());
    }

    /** What observers see of this conversation. */
    ObservedConversation observed() {
        return observed;
    }

    /** Tells the observer of something, after the lock is free. */
    void observe(Consumer<ConversationObserver> call, Deferred after) {
        ConversationObserver observer = setup.observer();
        if (observer != ConversationObserver.NONE) {
            after.call(() -> call.accept(observer));
        }
    }

    // ------------------------------------------------------------------ end

    /** Begins the end, for whatever reason; the first one counts. */
    void close(Closure wanted) {
        step(after -> {
            if (!phase.acceptsInput()) {
                return;
            }
            ending = wanted;
            become(Phase.CLOSING, after);
            if (drain != null) {
                drain.stop();
            }
            settlement.endBegins(reasonOf(wanted), after);
            state.responses.close(new ConversationClosedException(wanted), after);
            timers.after(setup.limits().close(), () -> end(wanted));
            TransportConnection current = connection;
            if (current != null) {
                after.call(() -> current.close(wanted));
            }
        });
    }

    private static Outcome.Reason reasonOf(Closure wanted) {
        return wanted.initiator() == Closure.Initiator.APPLICATION || wanted.initiator() == Closure.Initiator.REPLACED
                ? Outcome.Reason.STOPPED
                : Outcome.Reason.CONVERSATION_ENDED;
    }

    private void end(Closure reported) {
        step(after -> {
            if (phase == Phase.CLOSED) {
                return;
            }
            settlement.endBegins(Outcome.Reason.CONVERSATION_ENDED, after);
            abandonDrain(after);
            settlement.ended(after);
            Closure decided = (ending != null ? ending : reported).withDiscarded(settlement.discarded());
            closure = decided;
            phase = Phase.CLOSED;
            state.responses.close(new ConversationClosedException(decided), after);
            timers.close();
            after.complete(onEnd);
            after.complete(() -> stages.ended(decided));
            fanout.end(decided, after);
            reach(Milestone.CLOSED, after);
            observe(observer -> observer.onEnded(observed, decided), after);
            TransportConnection current = connection;
            if (current != null) {
                // Where a deadline or a defect decided, the transport has not finished by itself.
                after.call(() -> current.close(decided));
            }
        });
    }

    // ------------------------------------------------------------------ phases and numbers

    Phase phase() {
        return read(() -> phase);
    }

    private void become(Phase next, Deferred after) {
        if (!phase.canBecome(next)) {
            throw new IllegalStateException(phase + " cannot become " + next);
        }
        phase = next;
        fanout.publish((Signal) listener -> listener.onPhase(next), after);
    }

    private void reach(Milestone milestone, Deferred after) {
        long now = now();
        clock.reach(milestone, now);
        observe(observer -> observer.onMilestone(observed, milestone, clock.since(now)), after);
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
        return read(() -> new ConversationSummary(
                state.receipts.counts(InputReceipt.Kind.TEXT).summary(lanes.text.ring.size()),
                state.receipts.counts(InputReceipt.Kind.HANDOFF).summary(lanes.handoff.ring.size()),
                lanes.audio.summary(),
                state.responses.finished(),
                state.usage.responses(),
                state.usage.transcriptions(),
                state.events(),
                state.decodeErrors(),
                clock.rejoins(),
                clock.to(Milestone.ANSWERED),
                clock.to(Milestone.JOINING),
                clock.to(Milestone.LIVE),
                clock.to(Milestone.FIRST_WRITE),
                clock.to(Milestone.FIRST_EVENT),
                clock.to(Milestone.CLOSED).orElse(clock.since(now()))));
    }
}
