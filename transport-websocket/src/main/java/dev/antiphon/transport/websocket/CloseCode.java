package dev.antiphon.transport.websocket;

/** Close codes, RFC 6455 §7.4 and the registry it founded. */
final class CloseCode {
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int PROTOCOL_ERROR = 1002;
    static final int NO_CODE = 1005;
    static final int ABNORMAL = 1006;
    static final int INVALID_PAYLOAD = 1007;
    static final int MESSAGE_TOO_BIG = 1009;
    static final int SERVER_ERROR = 1011;
    static final int SERVICE_RESTART = 1012;
    static final int TRY_AGAIN_LATER = 1013;

    private CloseCode() {}

    /** Whether a code may travel in a close frame. */
    static boolean mayTravel(int code) {
        return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
    }

    /** Whether a server that closes with this code can be expected to serve the next connection. */
    static boolean isRecoverable(int code) {
        return switch (code) {
            case GOING_AWAY, NO_CODE, ABNORMAL, SERVER_ERROR, SERVICE_RESTART, TRY_AGAIN_LATER -> true;
            default -> false;
        };
    }
}
