package dev.antiphon.core.port;

/** A write of which no byte can have reached the peer, so that repeating it on another socket is safe. */
public class NotWrittenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotWrittenException(String message) {
        super(message);
    }

    public NotWrittenException(String message, Throwable cause) {
        super(message, cause);
    }
}
