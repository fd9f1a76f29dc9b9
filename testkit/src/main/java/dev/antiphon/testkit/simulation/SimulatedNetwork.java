package dev.antiphon.testkit.simulation;

import dev.antiphon.testkit.history.History;
import dev.antiphon.testkit.history.HistoryEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The network and the server behind it: creates, ends and joins calls, with trouble at random, and
 * writes the journal. An adapter's test stands between its adapter's own seam and these methods.
 */
public final class SimulatedNetwork {
    /** The SDP that calls are answered with. */
    public static final String SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

    private static final Duration ROUND_TRIP = Duration.ofMillis(40);

    final SimulatedWorld world;
    final History history;
    final Troubles troubles;
    final SimulatedWorld.Clock time;
    private final Map<String, String> liveCalls = new HashMap<>();
    private int calls;
    private int sockets;
    private int events;

    SimulatedNetwork(SimulatedWorld world, History history, Troubles troubles) {
        this.world = world;
        this.history = history;
        this.troubles = troubles;
        this.time = world.clock();
    }

    /** What comes of a call creation. */
    public sealed interface CallReply {
        /** A call, its id and an SDP. */
        record Answered(String call, String sdp) implements CallReply {}

        /** A call exists, but the answer does not name it. */
        record Unnamed(String sdp) implements CallReply {}

        /** An HTTP status that is no success. */
        record Refused(int status, int retryAfterSeconds) implements CallReply {}

        /** No byte reached the server. */
        record Unreachable() implements CallReply {}

        /** The request was sent and no answer came. */
        record Lost() implements CallReply {}
    }

    /** What comes of a hang-up: 200, 404, 503, or 0 where no answer came. */
    public interface HangUpReply {
        void status(int status);
    }

    /** A request on its way. */
    public interface Posting {
        /** Stops it if no byte has left. */
        void abandon();
    }

    // ------------------------------------------------------------------ calls

    /**
     * Creates a call.
     *
     * @param timeout a reply comes within it
     * @param reply called once, on the owner
     */
    public Posting createCall(String conversation, Duration timeout, Executor owner, Consumer<CallReply> reply) {
        history.add(new HistoryEntry.NetworkAsked(conversation));
        Request request = new Request(conversation, owner, reply, timeout);
        if (troubles.strikes(Trouble.CALL_UNREACHABLE, 0.06)) {
            cause(conversation, "no connection");
            time.schedule(world.upTo(ROUND_TRIP), () -> request.reply(new CallReply.Unreachable(), () -> {}));
        } else {
            time.schedule(world.upTo(ROUND_TRIP), () -> request.arrive(() -> answerCreation(conversation, request)));
        }
        return request;
    }

    private void answerCreation(String conversation, Request request) {
        if (troubles.strikes(Trouble.CALL_REFUSED, 0.04)) {
            cause(conversation, HistoryEntry.CauseGiven.FOR_GOOD);
            request.replyLater(new CallReply.Refused(world.oneOf(400, 401, 500), -1), () -> {});
            return;
        } else if (troubles.strikes(Trouble.CALL_THROTTLED, 0.05)) {
            cause(conversation, "throttled");
            request.replyLater(new CallReply.Refused(429, world.oneOf(-1, 1)), () -> {});
            return;
        }
        if (troubles.strikes(Trouble.CALL_ANSWER_LOST, 0.04)) {
            cause(conversation, "answer lost");
            if (world.chance(0.5)) {
                create(conversation);
            }
            request.replyLater(new CallReply.Lost(), () -> {});
            return;
        }
        String call = create(conversation);
        if (troubles.strikes(Trouble.CALL_WITHOUT_ID, 0.03)) {
            cause(conversation, "call not named");
            request.replyLater(
                    new CallReply.Unnamed(SDP), () -> history.add(new HistoryEntry.CallAnswered(conversation, call)));
        } else if (troubles.strikes(Trouble.CALL_WITHOUT_SDP, 0.03)) {
            cause(conversation, "no SDP");
            request.replyLater(new CallReply.Answered(call, "<html>"), () -> {});
        } else if (troubles.strikes(Trouble.CALL_SILENT, 0.03)) {
            cause(conversation, "no answer");
        } else {
            request.replyLater(
                    new CallReply.Answered(call, SDP),
                    () -> history.add(new HistoryEntry.CallAnswered(conversation, call)));
        }
    }

    void cause(String conversation, String cause) {
        history.add(new HistoryEntry.CauseGiven(conversation, cause));
    }

    private String create(String conversation) {
        String call = "rtc_" + ++calls;
        liveCalls.put(call, conversation);
        history.add(new HistoryEntry.CallCreated(conversation, call));
        return call;
    }

    /** A request and its one reply; silence becomes a loss when its time is over. */
    private final class Request implements Posting {
        private final Executor owner;
        private final Consumer<CallReply> reply;
        private boolean arrived;
        private boolean replied;

        private Request(String conversation, Executor owner, Consumer<CallReply> reply, Duration timeout) {
            this.owner = owner;
            this.reply = reply;
            time.schedule(
                    timeout,
                    () -> reply(
                            arrived ? new CallReply.Lost() : new CallReply.Unreachable(),
                            () -> cause(conversation, "timeout")));
        }

        private void arrive(Runnable serverActs) {
            if (!replied) {
                arrived = true;
                serverActs.run();
            }
        }

        private void replyLater(CallReply with, Runnable journal) {
            time.schedule(world.upTo(ROUND_TRIP), () -> reply(with, journal));
        }

        private void reply(CallReply with, Runnable journal) {
            if (!replied) {
                replied = true;
                journal.run();
                owner.execute(() -> reply.accept(with));
            }
        }

        @Override
        public void abandon() {
            if (!arrived) {
                reply(new CallReply.Unreachable(), () -> {});
            }
        }
    }

    /** Ends a call; the reply comes on the owner. */
    public void hangUp(String conversation, String call, Executor owner, HangUpReply reply) {
        time.schedule(world.upTo(ROUND_TRIP), () -> {
            history.add(new HistoryEntry.HangUpAsked(conversation, call));
            int status = 404;
            if (troubles.strikes(Trouble.HANG_UP_FAILED, 0.1)) {
                status = world.oneOf(503, 0);
            } else if (liveCalls.remove(call) != null) {
                history.add(new HistoryEntry.CallEnded(conversation, call));
                status = 200;
            }
            int said = status;
            owner.execute(() -> reply.status(said));
        });
    }

    // ------------------------------------------------------------------ sockets

    /** How the server treats an upgrade. */
    public enum Handshake {
        /** 101. */
        ACCEPTED,
        /** 503 or 429, at once. */
        REFUSED_FOR_NOW,
        /** 403. */
        REFUSED_FOR_GOOD,
        /** 404: no such call, or not yet. */
        NOT_FOUND,
        /** No connection. */
        UNREACHABLE,
        /** Cut in the middle. */
        CUT,
        /** Never answered. */
        SILENT
    }

    /** Decides what becomes of the next upgrade. */
    public Handshake nextHandshake(String conversation, String call) {
        Handshake handshake = nextHandshake(call);
        if (handshake == Handshake.REFUSED_FOR_GOOD) {
            cause(conversation, HistoryEntry.CauseGiven.FOR_GOOD);
        } else if (handshake != Handshake.ACCEPTED && handshake != Handshake.NOT_FOUND) {
            cause(conversation, handshake.name());
        }
        return handshake;
    }

    private Handshake nextHandshake(String call) {
        if (troubles.strikes(Trouble.JOIN_UNREACHABLE, 0.06)) {
            return Handshake.UNREACHABLE;
        } else if (troubles.strikes(Trouble.JOIN_REFUSED, 0.08)) {
            return Handshake.REFUSED_FOR_NOW;
        } else if (troubles.strikes(Trouble.JOIN_FORBIDDEN, 0.02)) {
            return Handshake.REFUSED_FOR_GOOD;
        } else if (troubles.strikes(Trouble.JOIN_CUT, 0.06)) {
            return Handshake.CUT;
        } else if (troubles.strikes(Trouble.JOIN_SILENT, 0.03)) {
            return Handshake.SILENT;
        }
        return call.isEmpty() || liveCalls.containsKey(call) ? Handshake.ACCEPTED : Handshake.NOT_FOUND;
    }

    /** How long an upgrade takes. */
    public Duration handshakeTime() {
        return troubles.strikes(Trouble.JOIN_LATE, 0.1) ? world.upTo(Duration.ofSeconds(1)) : world.upTo(ROUND_TRIP);
    }

    /** Begins the server's side of a socket that was just accepted. */
    public ServerSession accept(String conversation, String call, ServerSession.End end) {
        return new ServerSession(this, conversation, "s" + ++sockets, !call.isEmpty(), end);
    }

    /** Opens a control socket in memory. */
    public SimulatedSocket dial(String conversation, String call, Executor owner, SimulatedSocket.Listener listener) {
        history.add(new HistoryEntry.NetworkAsked(conversation));
        SimulatedSocket socket = new SimulatedSocket(this, conversation, call, owner, listener);
        socket.dial();
        return socket;
    }

    String nextEvent() {
        return "e" + ++events;
    }
}
