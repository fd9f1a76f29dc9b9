package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;

/** How a socket ended. */
public sealed interface SocketEnd {
    /**
     * The server sent a close frame.
     *
     * @param code as sent; 1005 if the frame carried none
     * @param reason as sent, at most 123 bytes of UTF-8, possibly empty
     */
    record ClosedByServer(int code, String reason) implements SocketEnd {}

    /** Our {@link RealtimeSocket#close} has finished, whatever phase it met. */
    record ClosedByUs(int code, String reason) implements SocketEnd {}

    /** Anything else; a {@link RefusedException} if the server answered the upgrade with an HTTP status. */
    record Failed(TransportException cause) implements SocketEnd {}

    /** Whether a new connection can be expected to work: the retry rules of a live connection. */
    default boolean isRecoverable() {
        if (this instanceof ClosedByServer closed) {
            return CloseCode.isRecoverable(closed.code());
        }
        if (this instanceof Failed failed) {
            return failed.cause() instanceof RefusedException refused
                    ? refused.isWorthRetrying()
                    : failed.cause().fault().retry() == Fault.Retry.LATER;
        }
        return true;
    }

    /** The end of a conversation whose only connection ended like this. */
    default Closure toClosure() {
        if (this instanceof ClosedByServer closed) {
            return Closure.byServer(closed.code(), closed.reason(), isRecoverable());
        }
        if (this instanceof Failed failed) {
            Closure closure = Closure.failed(failed.cause());
            return new Closure(
                    closure.initiator(),
                    closure.code(),
                    closure.text(),
                    closure.cause(),
                    isRecoverable(),
                    closure.discarded());
        }
        return Closure.requested();
    }
}
