package dev.antiphon.core;

import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.ConversationObserver.Milestone;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.core.port.TransportChoice;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
    private final boolean greets;
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
    final ConversationWatch watch;
    final Ending ending;
    private final ReadingGate reading;
    final Link link = new Link(this);
    private boolean warned;

    /** Changed by {@link #become} and, for the last time, by {@link Ending}. */
    Phase phase = Phase.OPENING;

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
        this.greets = setup.sessionUpdateOnJoin()
                && choice.transport().traits().refusalOf("session.update").isEmpty();
        this.ids = ids;
        this.stages = new Stages(start.offer().isPresent(), setup.stageThreads());
        ConversationLimits limits = setup.limits();
        this.timers = new ConversationTimers(lock, setup.scheduler());
        this.watch = new ConversationWatch(lock, setup.observer(), new LaneObservation(id, choice.name(), this), now());
        this.ending = new Ending(this, onEnd);
        this.state = new ConversationState(
                start.session(), limits.unconfirmed(), new ResponseGate(timers, this, setup.stageThreads()));
        this.lanes = new InputLanes(limits, state.receipts, state.responses, new Room(lock, timers));
        this.settlement = new InputSettlement(lanes, state);
        this.reading = new ReadingGate(lock, timers, limits.stall(), ending::stalled);
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
        InputDrain woken = link.wakeable();
        if (woken != null) {
            after.call(woken::start);
        }
    }

    /** Frames were lost; listeners hear of it. */
    void reportDrops() {
        step(drops::tell);
    }

    // ------------------------------------------------------------------ opening

    /** Opens the transport; the first call after construction. A conversation that was closed before stays closed. */
    void open(TransportChoice choice) {
        Closure early = read(ending::decided);
        if (early != null) {
            ending.finish(early);
            return;
        }
        TransportConnection opened;
        try {
            opened = Objects.requireNonNull(choice.transport().open(start, this, this), "no connection");
        } catch (RuntimeException | Error e) {
            ending.finish(Closure.failed(new TransportException(
                    Fault.TRANSPORT_DEFECT, "open of transport " + choice.name() + " threw", e)));
            return;
        }
        step(after -> {
            link.opened(opened);
            Closure already = ending.decided();
            if (already != null) {
                link.close(already, after);
            } else {
                reading.connect(opened, after);
            }
        });
    }

    // ------------------------------------------------------------------ transport

    @Override
    public void onAnswer(SdpAnswer sdp) {
        step(after -> {
            if (phase != Phase.OPENING || !hasOffer()) {
                ignore("an SDP answer");
                return;
            }
            reach(Milestone.ANSWERED, after);
            sessionBegins();
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
                if (!watch.clock().has(Milestone.ANSWERED)) {
                    sessionBegins();
                }
                if (!hasOffer()) {
                    state.toolCalls.seesEverything();
                }
            }
            after.complete(stages::live);
            become(Phase.LIVE, after);
            if (greets) {
                fresh.greet(new ClientEvent.SessionUpdate(ids.event(), state.session.inForce()));
            }
            link.drainTo(fresh);
        });
    }

    /** The server's session lasts from now on: its listener is warned before it has lasted too long. */
    private void sessionBegins() {
        setup.limits()
                .length()
                .ifPresent(length -> timers.after(
                        length.longest().minus(length.notice()),
                        () -> step(after -> expiring(length.notice(), after))));
    }

    private void expiring(Duration left, Deferred after) {
        if (phase.acceptsInput()) {
            fanout.publish((Signal) listener -> listener.onExpiring(left), after);
        }
    }

    /** What was written to the lost socket and not confirmed cannot be known any more. */
    private void loseSocket(Deferred after) {
        link.loseSocket(after);
        settlement.connectionLost(after);
        state.onConnectionLost(after);
        reach(Milestone.REJOINING, after);
        become(Phase.REJOINING, after);
    }

    /** Events belong to the socket that stands: one of a socket that was lost reaches nobody. */
    @Override
    public void onEvent(ServerEvent event) {
        step(after -> {
            if (phase != Phase.LIVE && phase != Phase.CLOSING) {
                ignore("a server event");
                return;
            }
            if (!watch.clock().has(Milestone.FIRST_EVENT)) {
                reach(Milestone.FIRST_EVENT, after);
            }
            var calls = state.apply(event, after);
            fanout.publish(event, after);
            for (ToolCall call : calls) {
                fanout.publish((Signal) listener -> listener.onToolCall(call), after);
            }
            if (event instanceof ServerError error) {
                after.call(() -> ending.judge(error.error()));
            }
            if (fanout.isOverrun()) {
                after.call(ending::stalled);
            }
        });
    }

    @Override
    public void onClosed(Closure reported) {
        ending.finish(reported);
    }

    /** Under the lock: a socket took the first event. */
    void onWritten(Deferred after) {
        if (!watch.clock().has(Milestone.FIRST_WRITE)) {
            reach(Milestone.FIRST_WRITE, after);
        }
    }

    // ------------------------------------------------------------------ phases and numbers

    Phase phase() {
        return read(() -> phase);
    }

    void become(Phase next, Deferred after) {
        if (!phase.canBecome(next)) {
            throw new IllegalStateException(phase + " cannot become " + next);
        }
        phase = next;
        fanout.publish((Signal) listener -> listener.onPhase(next), after);
    }

    void reach(Milestone milestone, Deferred after) {
        watch.reach(milestone, now(), after);
    }

    /** A transport broke its grammar: said once, so that one which does it all the time cannot fill the log. */
    private void ignore(String what) {
        if (phase.acceptsInput() && !warned) {
            warned = true;
            log.warn("a transport reported {} in phase {}; ignored", what, phase);
        }
    }

    ConversationSummary summary() {
        PhaseClock clock = watch.clock();
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
