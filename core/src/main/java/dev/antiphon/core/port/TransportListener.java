package dev.antiphon.core.port;

import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;

/**
 * Hears what happens to one connection. Calls never overlap and follow this grammar, where
 * {@code drainTo} stands for a call of {@link InputChannels#drainTo}:
 *
 * <pre>
 *   answer? ( joining* drainTo event* )* closed
 * </pre>
 *
 * <p>Implemented by the engine: its methods return quickly and do not throw, and an adapter may call
 * them on an event loop.
 */
public interface TransportListener {
    /**
     * The server's SDP answer. At most once, only with an offer, before everything else, and as
     * soon as the answer is complete: nothing of the join may delay it.
     */
    void onAnswer(SdpAnswer answer);

    /**
     * An attempt to open the control socket begins. After {@code drainTo} it means that the socket
     * was lost and that the connection is being joined again.
     *
     * @param attempt counts from 1 and starts again at 1 with each re-join
     */
    void onJoining(int attempt);

    /** One server event, in the order of arrival. Only while a control socket stands. */
    void onEvent(ServerEvent event);

    /** The end. Exactly once and last, also after {@link TransportConnection#close}. */
    void onClosed(Closure closure);
}
