package dev.antiphon.transport.websocket;

/** The peer sent what RFC 6455 or our limits forbid; carries the close code to answer with. */
final class ProtocolViolation extends Exception {
    private static final long serialVersionUID = 1L;

    private final int closeCode;

    ProtocolViolation(int closeCode, String message) {
        super(message, null, false, false);
        this.closeCode = closeCode;
    }

    int closeCode() {
        return closeCode;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
