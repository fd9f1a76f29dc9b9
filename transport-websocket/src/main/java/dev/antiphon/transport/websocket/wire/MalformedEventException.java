package dev.antiphon.transport.websocket.wire;

/** A frame that is no valid event. The message says what is wrong and where, never with content of the frame. */
final class MalformedEventException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Without stack trace: a hostile server must not make faults expensive. */
    MalformedEventException(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
