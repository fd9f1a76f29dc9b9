package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.transport.websocket.SocketEnd;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What one sideband needs from the network: the same host, identity and dialect for every leg.
 *
 * <p>All methods are called on the owner and return at once; everything they report arrives on the
 * owner as a later task, one at a time. Faults are reported, never thrown.
 */
interface CallWire {
    /**
     * The serial executor that the sideband's state is confined to. Once it is gone it drops tasks and
     * nothing is reported any more: {@link Background#loopsGone} follows.
     */
    Executor owner();

    /** Host and port, for messages. */
    String host();

    /** Call ids that {@code Location} values of a created call name. */
    List<CallId> callIdsIn(List<String> locations);

    /**
     * Posts an offer; the order's request id goes along, so that the provider's operator can find it.
     *
     * @param attempt counts from 1, for messages
     * @param limit an outcome arrives within it, unless {@link Posting#expire} brings it earlier
     * @param maxBytes bound of the response body
     */
    Posting createCall(CallOrder order, int attempt, Duration limit, int maxBytes, Consumer<PostOutcome> outcome);

    /** Ends a call. */
    Posting hangUp(CallId call, int attempt, Duration timeout, Consumer<PostOutcome> outcome);

    /** Opens the control socket of a call with credentials asked anew. */
    Dial dial(CallId call, int attempt, DialListener listener);

    /** A request on its way. */
    interface Posting {
        /** Stops it if no byte has left; otherwise it goes on and its outcome still arrives. */
        void abandon();

        /**
         * Its time is over: ends it as {@link #abandon} does, and also if its answer has begun. An outcome that
         * this brings about arrives before whatever the owner is given to do afterwards.
         */
        default void expire() {
            abandon();
        }
    }

    /** What came of a request. */
    sealed interface PostOutcome {
        /** The server answered with a 2xx and the whole body came. */
        record Answered(PostAnswer answer) implements PostOutcome {}

        /**
         * Everything else.
         *
         * @param partial the head of a 2xx whose body never ended
         */
        record Failed(StepFailure failure, Optional<PostAnswer> partial) implements PostOutcome {}
    }

    /** A control socket in any phase. */
    interface Dial {
        /** Writes to the socket that stands; only after {@link DialListener#onOpen}. */
        InputWriter writer();

        /** Counts from the next event on. Any thread. */
        void pauseReceiving();

        /** Any thread; events come on the owner. */
        void resumeReceiving();

        /** Gives up or closes, whatever the phase; idempotent. The listener hears the end. */
        void close(int code, String reason);
    }

    /** Hears one control socket: {@code onRefused | onOpen? onEvent* onEnd}; nothing of it is left then. */
    interface DialListener {
        void onOpen();

        void onEvent(ServerEvent event);

        /** The server answered the upgrade with an HTTP status other than 101. */
        void onRefused(StepFailure refusal);

        /** Any other end. */
        void onEnd(SocketEnd end);
    }
}
