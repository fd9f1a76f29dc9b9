package dev.antiphon.testkit;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One conversation of an {@link InMemoryTransport}. All fields are confined to its serial executor. */
final class InMemoryConnection implements TransportConnection {
    /** Close codes after which a new socket to the same call makes sense. */
    private final InMemoryServer server;

    private final InMemoryTransport.Settings settings;
    private final boolean offered;
    private final Serial serial;
    private final Deque<Runnable> incoming = new ArrayDeque<>();
    private @Nullable InputChannels inputs; // null after the end
    private @Nullable TransportListener listener; // null after the end
    private @Nullable InMemorySocket socket;
    private Scheduler.Timer backoff = () -> {};
    private boolean callExists;
    private boolean paused;

    InMemoryConnection(
            InMemoryServer server,
            InMemoryTransport.Settings settings,
            boolean offered,
            InputChannels inputs,
            TransportListener listener) {
        this.server = server;
        this.settings = settings;
        this.offered = offered;
        this.serial = new Serial(settings.executor());
        this.inputs = inputs;
        this.listener = listener;
    }

    void begin() {
        serial.execute(() -> {
            if (offered) {
                createCall();
            } else {
                join(1);
            }
        });
    }

    private void createCall() {
        Gate answer;
        try {
            answer = server.createCall();
        } catch (TransportException refused) {
            end(Closure.failed(refused));
            return;
        }
        answer.whenOpen(() -> serial.execute(this::callAnswered));
    }

    private void callAnswered() {
        TransportListener heard = listener;
        if (heard == null) {
            server.hangUp();
            return;
        }
        callExists = true;
        SdpAnswer answer;
        try {
            answer = new SdpAnswer(server.callBody());
        } catch (IllegalArgumentException notSdp) {
            end(Closure.failed(new TransportException(Fault.BAD_ANSWER, "the call was answered without an SDP")));
            return;
        }
        heard.onAnswer(answer);
        serial.execute(() -> join(1));
    }

    private void join(int attempt) {
        TransportListener heard = listener;
        if (heard == null) {
            return;
        }
        heard.onJoining(attempt);
        server.awaitJoin(() -> serial.execute(() -> joined(attempt)));
    }

    private void joined(int attempt) {
        InputChannels drained = inputs;
        if (drained == null) {
            return;
        }
        InMemorySocket standing;
        try {
            standing = server.join(this);
        } catch (TransportException refused) {
            joinFailed(attempt, refused);
            return;
        }
        socket = standing;
        drained.drainTo(standing::write);
        deliver();
    }

    private void joinFailed(int attempt, TransportException refused) {
        Scheduler time = settings.scheduler();
        boolean passing = refused.fault().retry() == Fault.Retry.LATER;
        if (time != null && passing && attempt < settings.attempts()) {
            backoff = time.schedule(settings.backoff(), () -> serial.execute(() -> join(attempt + 1)));
        } else if (offered) {
            end(Closure.failed(new TransportException(
                    Fault.SIDEBAND_NOT_JOINED, "attempt " + attempt + " was the last", refused)));
        } else {
            end(Closure.failed(refused));
        }
    }

    /** A server event arrived on a socket. */
    void receive(InMemorySocket from, ServerEvent event) {
        arrive(from, () -> {
            TransportListener heard = listener;
            if (heard != null) {
                heard.onEvent(event);
            }
        });
    }

    /** The server's close frame arrived behind the events. */
    void closedByServer(InMemorySocket from, int code, String reason) {
        arrive(from, () -> {
            if (settings.rejoins() && Closure.byServer(code, reason).recoverable()) {
                socket = null;
                join(1);
            } else {
                end(Closure.byServer(code, reason));
            }
        });
    }

    /** The socket broke behind the events. */
    void lost(InMemorySocket from) {
        arrive(from, () -> {
            if (settings.rejoins()) {
                socket = null;
                join(1);
            } else {
                end(Closure.failed(new TransportException(Fault.CONNECTION_LOST, "the in-memory socket was cut")));
            }
        });
    }

    private void arrive(InMemorySocket from, Runnable effect) {
        serial.execute(() -> {
            if (listener != null) {
                incoming.add(() -> {
                    if (from == socket) {
                        effect.run();
                    }
                });
                deliver();
            }
        });
    }

    private void deliver() {
        if (paused || socket == null || incoming.isEmpty()) {
            return;
        }
        incoming.remove().run();
        serial.execute(this::deliver);
    }

    @Override
    public void pauseReceiving() {
        serial.execute(() -> paused = true);
    }

    @Override
    public void resumeReceiving() {
        serial.execute(() -> {
            paused = false;
            deliver();
        });
    }

    @Override
    public void close(Closure closure) {
        serial.execute(() -> end(closure));
    }

    private void end(Closure closure) {
        TransportListener heard = listener;
        if (heard == null) {
            return;
        }
        listener = null;
        inputs = null;
        incoming.clear();
        backoff.cancel();
        InMemorySocket standing = socket;
        socket = null;
        if (standing != null) {
            standing.closeByClient(CloseFrame.of(closure.code(), closure.text()));
        }
        if (callExists) {
            server.hangUp();
        }
        heard.onClosed(closure);
    }

    @Override
    public String toString() {
        return "InMemoryConnection";
    }
}
