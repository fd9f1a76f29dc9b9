package dev.antiphon.testkit;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The scripted other end of an {@link InMemoryTransport}. Settings apply to what arrives after them.
 * Safe for use by any thread; nothing blocks.
 */
public final class InMemoryServer {
    /** The SDP that calls are answered with unless a test says otherwise. */
    public static final String ANSWER = String.join(
            "\r\n",
            "v=0",
            "o=- 8053642217 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            "a=group:BUNDLE 0",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111",
            "c=IN IP4 0.0.0.0",
            "a=setup:active",
            "a=mid:0",
            "a=sendrecv",
            "a=rtcp-mux",
            "a=rtpmap:111 opus/48000/2",
            "");

    private final Object lock = new Object();

    // Guarded by lock.
    private final Deque<TransportException> callRefusals = new ArrayDeque<>();
    private final Deque<String> callBodies = new ArrayDeque<>();
    private final Deque<TransportException> joinRefusals = new ArrayDeque<>();
    private final List<InMemorySocket> sockets = new ArrayList<>();
    private @Nullable TransportException joinRefusal;
    private Gate calls = opened();
    private Gate joins = opened();
    private boolean listening = true;
    private int callsAsked;
    private int callsCreated;
    private int callsHungUp;
    private int joinsAsked;
    private BiConsumer<InMemorySocket, ClientEvent> script = (socket, event) -> {};

    InMemoryServer() {}

    private static Gate opened() {
        Gate gate = new Gate();
        gate.open();
        return gate;
    }

    /** Holds the answer of each later call creation until the gate is opened; the call exists at once. */
    public Gate holdCalls() {
        synchronized (lock) {
            calls = new Gate();
            return calls;
        }
    }

    /** Holds each later opening of a control socket, direct ones included, until the gate is opened. */
    public Gate holdJoins() {
        synchronized (lock) {
            joins = new Gate();
            return joins;
        }
    }

    /** Refuses one more call creation with this fault. */
    public void refuseCall(TransportException refusal) {
        synchronized (lock) {
            callRefusals.add(refusal);
        }
    }

    /** Answers one more call creation with this body instead of {@link #ANSWER}. */
    public void answerCall(String body) {
        synchronized (lock) {
            callBodies.add(body);
        }
    }

    /** Refuses the next {@code times} openings of a control socket with this fault. */
    public void refuseJoins(int times, TransportException refusal) {
        synchronized (lock) {
            for (int count = 0; count < times; count++) {
                joinRefusals.add(refusal);
            }
        }
    }

    /** Refuses every later opening of a control socket with this fault. */
    public void refuseJoins(TransportException refusal) {
        synchronized (lock) {
            joinRefusal = refusal;
        }
    }

    /** Refuses every connection from now on, as a host without a server does. */
    public void stopListening() {
        synchronized (lock) {
            listening = false;
        }
    }

    /** Called with each client event that arrives, on the thread that wrote it; it may send at once. */
    public void onInput(BiConsumer<InMemorySocket, ClientEvent> answers) {
        synchronized (lock) {
            script = answers;
        }
    }

    /** Call creations that were asked for, the refused included. */
    public int callsAsked() {
        synchronized (lock) {
            return callsAsked;
        }
    }

    public int callsCreated() {
        synchronized (lock) {
            return callsCreated;
        }
    }

    /** Calls that were ended because their start was stopped or failed, or their conversation ended. */
    public int callsHungUp() {
        synchronized (lock) {
            return callsHungUp;
        }
    }

    /** Openings of a control socket that were asked for, the refused included. */
    public int joinsAsked() {
        synchronized (lock) {
            return joinsAsked;
        }
    }

    /** Control sockets in the order in which they stood, ended ones included. */
    public List<InMemorySocket> sockets() {
        synchronized (lock) {
            return List.copyOf(sockets);
        }
    }

    /** The newest control socket. */
    public InMemorySocket socket() {
        synchronized (lock) {
            if (sockets.isEmpty()) {
                throw new IllegalStateException("no control socket has stood yet: start a conversation first, "
                        + "and open the gates that hold it");
            }
            return sockets.get(sockets.size() - 1);
        }
    }

    /**
     * The gate at which the answer to a call creation waits.
     *
     * @throws TransportException if the call is refused
     */
    Gate createCall() {
        synchronized (lock) {
            callsAsked++;
            refuseUnlessListening();
            TransportException refusal = callRefusals.poll();
            if (refusal != null) {
                throw refusal;
            }
            callsCreated++;
            return calls;
        }
    }

    /** The body that answers a call creation. */
    String callBody() {
        synchronized (lock) {
            String body = callBodies.poll();
            return body == null ? ANSWER : body;
        }
    }

    void hangUp() {
        synchronized (lock) {
            callsHungUp++;
        }
    }

    /** Runs the next step of a join when it may go on. */
    void awaitJoin(Runnable next) {
        Gate gate;
        synchronized (lock) {
            joinsAsked++;
            gate = joins;
        }
        gate.whenOpen(next);
    }

    /**
     * Lets a control socket stand.
     *
     * @throws TransportException if it is refused
     */
    InMemorySocket join(InMemoryConnection client) {
        synchronized (lock) {
            refuseUnlessListening();
            TransportException refusal = joinRefusals.isEmpty() ? joinRefusal : joinRefusals.poll();
            if (refusal != null) {
                throw refusal;
            }
            InMemorySocket socket = new InMemorySocket(this, client);
            sockets.add(socket);
            return socket;
        }
    }

    private void refuseUnlessListening() {
        if (!listening) {
            throw new TransportException(Fault.CONNECT_FAILED, "the in-memory server does not listen");
        }
    }

    void arrived(InMemorySocket socket, ClientEvent event) {
        BiConsumer<InMemorySocket, ClientEvent> answers;
        synchronized (lock) {
            answers = script;
        }
        answers.accept(socket, event);
    }
}
