package dev.antiphon.transport.websocket;

import dev.antiphon.core.model.ServerEvent;

/**
 * Hears one socket, in the order {@code onOpen? onEvent* onClosed}. All calls come on the socket's
 * event loop, never two at a time; they return quickly and do not throw.
 */
public interface SocketListener {
    /** The server accepted the upgrade; {@link RealtimeSocket#writer} may be used. At most once. */
    void onOpen(RealtimeSocket socket);

    /** One event, in the order of arrival. A binary message is a decode error, not an end. */
    void onEvent(ServerEvent event);

    /** The end. Exactly once and last; no channel and no timer of this socket is left. */
    void onClosed(SocketEnd end);
}
