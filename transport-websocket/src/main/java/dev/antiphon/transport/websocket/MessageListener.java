package dev.antiphon.transport.websocket;

/** Hears the messages of one established WebSocket and its end. All calls on the event loop. */
interface MessageListener {
    /** A text message, valid UTF-8. The array is valid during the call only and must not be changed. */
    void onText(byte[] utf8, int offset, int length);

    /** A binary message; same rules. */
    void onBinary(byte[] bytes, int offset, int length);

    /** The end; exactly once and last, when the TCP connection is gone. */
    void onEnd(SocketEnd end);
}
