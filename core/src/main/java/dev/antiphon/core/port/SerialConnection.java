package dev.antiphon.core.port;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The skeleton of a connection, for adapters over a library that delivers one message when it is asked for one.
 * It keeps the grammar of {@link TransportListener}: one call at a time, the end once and last, the first end
 * that was decided; and it asks for a message only while the engine reads.
 *
 * <p>The adapter says what happened, from any thread, with the {@code protected final} methods; it does what
 * the skeleton asks for in the abstract ones. Those are called by the executor, one at a time, and must return
 * at once.
 *
 * @param <S> the library's socket
 */
public abstract class SerialConnection<S> implements TransportConnection {
    private static final Duration CLOSE_DEADLINE = Duration.ofMillis(500);

    private final ScheduledExecutorService serial;
    private final TransportListener listener;

    // Written by the executor's tasks only.
    private @Nullable S socket;
    private volatile @Nullable Closure end; // once it is decided
    private boolean closed; // and once it was told
    private boolean paused;
    private boolean asked; // for a message that has not come

    /**
     * A connection that has not opened anything yet.
     *
     * @param serial a single thread, which many connections may share: runs one task after another, in order
     */
    protected SerialConnection(ScheduledExecutorService serial, TransportListener listener) {
        this.serial = serial;
        this.listener = listener;
    }

    /** The server has answered an offer. */
    protected final void answered(SdpAnswer answer) {
        unlessEnded(() -> listener.onAnswer(answer));
    }

    /** An attempt to open a control socket begins, counted from 1. */
    protected final void joining(int attempt) {
        unlessEnded(() -> listener.onJoining(attempt));
    }

    /** A socket stands: input goes there, messages are asked for. One that comes behind the end is aborted. */
    protected final void standing(S opened, InputChannels inputs, InputWriter writer) {
        serial.execute(() -> {
            if (end == null) {
                socket = opened;
                inputs.drainTo(writer);
                ask();
            } else {
                abort(opened);
            }
        });
    }

    /** The message that was asked for is this event. */
    protected final void received(ServerEvent event) {
        unlessEnded(() -> {
            asked = false;
            listener.onEvent(event);
            ask();
        });
    }

    /** The connection is over, for this reason unless another came first. */
    protected final void ended(Closure why) {
        serial.execute(() -> tell(why));
    }

    /** Whether the end is decided: nothing should be written any more. */
    protected final boolean isEnding() {
        return end != null;
    }

    /** Asks for one message, which {@link #received} takes. */
    protected abstract void request(S from);

    /** Begins the closing handshake. A peer that does not answer within half a second is not waited for. */
    protected abstract void closeSocket(S open, Closure wanted);

    /** Lets go of a socket at once; also called for one that has ended by itself. */
    protected abstract void abort(S open);

    @Override
    public final void pauseReceiving() {
        serial.execute(() -> paused = true);
    }

    @Override
    public final void resumeReceiving() {
        serial.execute(() -> {
            paused = false;
            ask();
        });
    }

    @Override
    public final void close(Closure wanted) {
        unlessEnded(() -> {
            end = wanted;
            if (socket == null) {
                tell(wanted);
            } else {
                closeSocket(socket, wanted);
                var unused = serial.schedule(() -> tell(wanted), CLOSE_DEADLINE.toMillis(), MILLISECONDS);
            }
        });
    }

    private void unlessEnded(Runnable step) {
        serial.execute(() -> {
            if (end == null) {
                step.run();
            }
        });
    }

    private void ask() {
        if (socket != null && end == null && !asked && !paused) {
            asked = true;
            request(socket);
        }
    }

    private void tell(Closure why) {
        if (closed) {
            return;
        }
        closed = true;
        Closure first = end == null ? why : end;
        end = first;
        if (socket != null) {
            abort(socket);
        }
        listener.onClosed(first);
    }
}
