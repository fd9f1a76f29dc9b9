package dev.antiphon.core.port;

import dev.antiphon.core.model.StartRequest;

/**
 * A way to reach a server that speaks the Realtime protocol.
 *
 * <p>One instance serves any number of conversations at the same time and is safe for use by any
 * thread. It is a pipe: ids, order, queues, receipts and response state belong to the engine.
 */
public interface RealtimeTransport {
    /**
     * Opens the connection of one conversation.
     *
     * <p>Returns at once and never blocks: call creation, connect and join run in the background.
     * The listener and {@link InputChannels#drainTo} may be called before this method returns, from
     * any thread, but never two calls at the same time. Calls follow the grammar of
     * {@link TransportListener}. A fault of network or server arrives at the listener; an exception
     * from this method is a defect of the transport and ends the conversation.
     *
     * @param start what to open; an adapter that cannot serve it reports {@code onClosed}
     * @param inputs drained each time a control socket stands
     * @param listener hears the answer, each join attempt, each server event and, last, the end
     */
    TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener);

    /** Name and limits of this transport, the same for its whole life. */
    TransportTraits traits();
}
