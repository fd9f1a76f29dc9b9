package dev.antiphon.testkit.simulation;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One conversation of a {@link SimulatedTransport}. Confined to its owner. Its steps are methods of their
 * own, so that tests of the simulation can plant a defect into each.
 */
class SimulatedConnection implements TransportConnection {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(100);
    static final int MAX_ATTEMPTS = 6;
    private static final int MAX_HANG_UPS = 3;

    final SimulatedNetwork network;
    final Simulation.Ledger ledger;
    final String name;
    final InputChannels inputs;
    private final TransportListener listener;
    final Executor owner;
    String call = "";
    private boolean rejoins;
    private boolean paused;
    boolean over;

    @Nullable
    Closure closing;

    @Nullable
    SimulatedSocket socket;

    SimulatedNetwork.@Nullable Posting creation;
    private Scheduler.Timer timer = () -> {};

    SimulatedConnection(
            SimulatedNetwork network,
            Simulation.Ledger ledger,
            String name,
            InputChannels inputs,
            TransportListener listener) {
        this.network = network;
        this.ledger = ledger;
        this.name = name;
        this.inputs = inputs;
        this.listener = listener;
        this.owner = network.world.lane("wire " + name);
    }

    void begin(boolean offered) {
        owner.execute(() -> {
            if (over) {
                return;
            } else if (offered) {
                rejoins = true;
                askForCall();
            } else {
                join(1);
            }
        });
    }

    void askForCall() {
        creation = network.createCall(name, CALL_TIMEOUT, owner, this::created);
    }

    void created(SimulatedNetwork.CallReply reply) {
        creation = null;
        if (reply instanceof SimulatedNetwork.CallReply.Answered answered) {
            call = answered.call();
            if (over) {
                hangUp(1);
            } else if (answered.sdp().startsWith("v=0")) {
                answered(new SdpAnswer(answered.sdp()));
                join(1);
            } else {
                fail(Fault.BAD_ANSWER);
            }
        } else if (reply instanceof SimulatedNetwork.CallReply.Refused) {
            fail(Fault.CALL_REJECTED);
        } else if (reply instanceof SimulatedNetwork.CallReply.Unnamed unnamed) {
            ledger.possibleOrphan(name);
            fail(new TransportException(
                    Fault.BAD_CALL_RESPONSE, "simulated", 201, Optional.of(new SdpAnswer(unnamed.sdp())), null));
        } else if (reply instanceof SimulatedNetwork.CallReply.Unreachable) {
            fail(Fault.CONNECT_FAILED);
        } else {
            ledger.possibleOrphan(name);
            fail(Fault.CALL_OUTCOME_UNKNOWN);
        }
    }

    void answered(SdpAnswer answer) {
        listener.onAnswer(answer);
    }

    /** The call that is joined; empty for a direct socket. */
    String joined() {
        return call;
    }

    void join(int attempt) {
        if (over) {
            return;
        }
        listener.onJoining(attempt);
        Attempt hears = new Attempt(attempt);
        SimulatedSocket dialled = network.dial(name, joined(), owner, hears);
        hears.own = dialled;
        socket = dialled;
        timer = network.time.schedule(ATTEMPT_TIMEOUT, () -> owner.execute(hears::timeOut));
    }

    /** What one socket reports. */
    private final class Attempt implements SimulatedSocket.Listener {
        private final int attempt;
        private boolean stood;
        private @Nullable SimulatedSocket own;

        Attempt(int attempt) {
            this.attempt = attempt;
        }

        private void timeOut() {
            if (!stood && own != null) {
                own.close();
            }
        }

        @Override
        public void onOpen() {
            stood = true;
            timer.cancel();
            SimulatedSocket standing = own;
            if (standing != null && closing == null) {
                opened(standing);
            }
        }

        @Override
        public void onEvent(ServerEvent event) {
            if (closing == null) {
                heard(event);
            }
        }

        @Override
        public void onLost(SimulatedSocket.Loss loss, int code) {
            timer.cancel();
            socket = null;
            Closure wanted = closing;
            if (wanted != null) {
                end(wanted);
            } else if (stood && joinsAgain(loss, code)) {
                join(1);
            } else if (loss == SimulatedSocket.Loss.CLOSED_BY_SERVER) {
                end(Closure.byServer(code, ""));
            } else if (stood) {
                fail(Fault.CONNECTION_LOST);
            } else if (triesAgain(attempt, code)) {
                timer = network.time.schedule(pause(), () -> owner.execute(() -> join(attempt + 1)));
            } else {
                fail(call.isEmpty() ? Fault.CONNECT_FAILED : Fault.SIDEBAND_NOT_JOINED);
            }
        }
    }

    void opened(SimulatedSocket standing) {
        standing.receiving(!paused);
        inputs.drainTo(standing);
    }

    void heard(ServerEvent event) {
        listener.onEvent(event);
    }

    /** Whether an attempt that failed is followed by another; the status is that of a refusal, or 0. */
    boolean triesAgain(int attempt, int status) {
        return attempt < MAX_ATTEMPTS && status != 403;
    }

    /** Whether a socket that stood and was lost is followed by another. */
    boolean joinsAgain(SimulatedSocket.Loss loss, int code) {
        return rejoins
                && (loss == SimulatedSocket.Loss.CUT
                        || Closure.byServer(code, "").recoverable());
    }

    Duration pause() {
        return PAUSE;
    }

    /** Counts at once, as resuming does: what the engine cannot take must not come. */
    @Override
    public void pauseReceiving() {
        receiving(false);
    }

    @Override
    public void resumeReceiving() {
        receiving(true);
    }

    private void receiving(boolean receives) {
        paused = !receives;
        if (socket != null) {
            socket.receiving(receives);
        }
    }

    @Override
    public void close(Closure closure) {
        owner.execute(() -> {
            if (!over && closing == null) {
                closeNow(closure);
            }
        });
    }

    void closeNow(Closure closure) {
        closing = closure;
        timer.cancel();
        if (creation != null) {
            creation.abandon();
            end(closure);
        } else if (socket != null) {
            socket.close();
        } else {
            end(closure);
        }
    }

    void fail(Fault fault) {
        fail(new TransportException(fault, "simulated"));
    }

    private void fail(TransportException cause) {
        end(closing != null ? closing : Closure.failed(cause));
    }

    void end(Closure closure) {
        if (over) {
            return;
        }
        over = true;
        timer.cancel();
        listener.onClosed(closure);
        if (!call.isEmpty()) {
            hangUp(1);
        }
    }

    void hangUp(int attempt) {
        network.hangUp(name, call, owner, status -> {
            if (status == 200 || status == 404) {
                return;
            } else if (attempt < MAX_HANG_UPS) {
                var unused = network.time.schedule(PAUSE, () -> hangUp(attempt + 1));
            } else {
                ledger.possibleOrphan(name);
            }
        });
    }
}
