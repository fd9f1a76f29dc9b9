package dev.antiphon.core;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.TransportConnection;
import org.jspecify.annotations.Nullable;

/**
 * What ties a conversation to its server right now: the transport's connection, and the drain that
 * feeds the control socket while one stands. All methods are called under the engine's lock.
 */
final class Link {
    private final ConversationEngine engine;
    private @Nullable TransportConnection connection;
    private @Nullable InputDrain drain;

    Link(ConversationEngine engine) {
        this.engine = engine;
    }

    void opened(TransportConnection fresh) {
        connection = fresh;
    }

    /** The transport is to end the connection, if there is one. */
    void close(Closure closure, Deferred after) {
        TransportConnection current = connection;
        if (current != null) {
            after.call(() -> current.close(closure));
        }
    }

    /** A control socket stands. */
    void drainTo(InputDrain fresh) {
        drain = fresh;
    }

    /** The drain, if it has to be started after unlocking. */
    @Nullable
    InputDrain wakeable() {
        InputDrain current = drain;
        return current != null && current.wake() ? current : null;
    }

    /** Nothing more is written; late completions settle what is in flight. */
    void stopWriting() {
        if (drain != null) {
            drain.stop();
        }
    }

    /** The socket is gone; what it did not confirm is in doubt. */
    void loseSocket(Deferred after) {
        InputDrain lost = drain;
        if (lost != null) {
            lost.abandon(after);
            drain = null;
        }
    }

    /**
     * A writer takes nothing any more. Its transport is about to report a re-join or the end; one that
     * reports neither would leave input waiting for ever.
     */
    void onWriterBroke(InputDrain broken) {
        engine.timers.after(engine.setup().limits().close(), () -> {
            if (engine.read(() -> drain == broken)) {
                engine.ending.begin(Closure.failed(new TransportException(
                        Fault.CONNECTION_LOST, "a write failed and the transport reported nothing about its socket")));
            }
        });
    }
}
