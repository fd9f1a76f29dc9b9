package dev.antiphon.testkit.simulation;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.TransportListener;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One conversation of the simulated adapter with one defect. */
final class BuggyConnection extends SimulatedConnection {
    private static final int EVERY = 7;

    private final PlantedBug bug;
    private final Simulation.Bench bench;
    private @Nullable SdpAnswer withheld;
    private @Nullable ServerEvent last;
    private int events;
    private int sockets;

    BuggyConnection(
            PlantedBug bug, Simulation.Bench bench, String name, InputChannels inputs, TransportListener listener) {
        super(bench.network(), bench.ledger(), name, inputs, listener);
        this.bug = bug;
        this.bench = bench;
    }

    @Override
    void begin(boolean offered) {
        if (bug == PlantedBug.CONTEXT_FIRST) {
            var unused = bench.network().time.schedule(Duration.ofMillis(150), () -> super.begin(offered));
        } else {
            super.begin(offered);
        }
    }

    @Override
    void created(SimulatedNetwork.CallReply reply) {
        if (bug == PlantedBug.CREATION_REPEATED && reply instanceof SimulatedNetwork.CallReply.Lost && !over) {
            askForCall();
        } else if (bug == PlantedBug.LATE_CALL_FORGOTTEN && over) {
            creation = null;
        } else if (bug == PlantedBug.ANSWER_THROWN_AWAY && reply instanceof SimulatedNetwork.CallReply.Unnamed) {
            ledger.possibleOrphan(name);
            fail(Fault.BAD_CALL_RESPONSE);
        } else if (bug == PlantedBug.ANSWER_UNCHECKED
                && reply instanceof SimulatedNetwork.CallReply.Answered answered
                && !over) {
            super.created(new SimulatedNetwork.CallReply.Answered(answered.call(), "v=0\r\n" + answered.sdp()));
        } else {
            super.created(reply);
        }
    }

    @Override
    void answered(SdpAnswer answer) {
        if (bug == PlantedBug.ANSWER_WAITS_FOR_JOIN) {
            withheld = answer;
        } else {
            super.answered(answer);
        }
    }

    @Override
    String joined() {
        return bug == PlantedBug.OTHER_HOST_JOINED && !call.isEmpty() ? "rtc_elsewhere" : call;
    }

    @Override
    void opened(SimulatedSocket standing) {
        SdpAnswer late = withheld;
        if (late != null) {
            withheld = null;
            super.answered(late);
        }
        if (bug == PlantedBug.FLAGS_DISAGREE && over) {
            inputs.drainTo(standing);
            return;
        }
        sockets++;
        super.opened(standing);
        if (bug == PlantedBug.OLD_EVENT_REPEATED && sockets > 1 && last != null) {
            super.heard(last);
        } else if (bug == PlantedBug.TWO_SOCKETS && sockets == 1) {
            var unused = bench.network().time.schedule(Duration.ofMillis(30), () -> owner.execute(() -> join(1)));
        }
    }

    @Override
    void heard(ServerEvent event) {
        last = event;
        if (bug != PlantedBug.EVENT_DROPPED || ++events % EVERY != 0) {
            super.heard(event);
        }
    }

    @Override
    boolean triesAgain(int attempt, int status) {
        return bug == PlantedBug.FORBIDDEN_TRIED_AGAIN ? attempt < MAX_ATTEMPTS : super.triesAgain(attempt, status);
    }

    @Override
    boolean joinsAgain(SimulatedSocket.Loss loss, int code) {
        return bug != PlantedBug.NO_REJOIN && super.joinsAgain(loss, code);
    }

    @Override
    Duration pause() {
        return bug == PlantedBug.WALL_CLOCK ? Duration.ofNanos(1 + System.nanoTime() % 100_000_000) : super.pause();
    }

    @Override
    public void pauseReceiving() {
        if (bug != PlantedBug.PAUSE_IGNORED) {
            super.pauseReceiving();
        }
    }

    @Override
    void closeNow(Closure closure) {
        SimulatedSocket standing = socket;
        if (bug == PlantedBug.START_DEAF_TO_STOP && creation != null) {
            return;
        } else if (bug == PlantedBug.DROPPED_WITHOUT_CLOSE && standing != null && !over) {
            closing = closure;
            standing.drop();
        } else if ((bug == PlantedBug.SOCKET_LEFT || bug == PlantedBug.FLAGS_DISAGREE) && standing != null) {
            end(closure);
        } else {
            super.closeNow(closure);
        }
    }

    @Override
    void hangUp(int attempt) {
        if (bug == PlantedBug.HANG_UP_GIVEN_UP) {
            network.hangUp(name, call, owner, status -> {});
        } else if (bug != PlantedBug.NO_HANG_UP) {
            super.hangUp(attempt);
        }
    }
}
