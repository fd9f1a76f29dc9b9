package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.TransportException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An HTTP exchange that ended without a whole answer. */
public final class ExchangeException extends TransportException {
    private static final long serialVersionUID = 1L;

    private final boolean mayHaveReachedServer;
    private final transient Optional<HttpAnswer> partial;

    /** The same fault as {@code cause}, whose message already begins with it. */
    ExchangeException(TransportException cause, Optional<HttpAnswer> partial, boolean mayHaveReachedServer) {
        this(cause.fault(), withoutFault(cause), mayHaveReachedServer, partial, cause.getCause());
    }

    private static String withoutFault(TransportException cause) {
        String message = String.valueOf(cause.getMessage());
        String prefix = cause.fault() + ": ";
        return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
    }

    ExchangeException(
            Fault fault,
            String message,
            boolean mayHaveReachedServer,
            Optional<HttpAnswer> partial,
            @Nullable Throwable cause) {
        super(fault, message, partial.map(HttpAnswer::status).orElse(-1), Optional.empty(), cause);
        this.mayHaveReachedServer = mayHaveReachedServer;
        this.partial = partial;
    }

    /** False only if not one byte of the request has left: repeating it is safe then. */
    public boolean mayHaveReachedServer() {
        return mayHaveReachedServer;
    }

    /** Status, headers and as much of the body as came, if at least the headers did. */
    public Optional<HttpAnswer> partial() {
        return partial == null ? Optional.empty() : partial;
    }
}
