package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import io.netty.buffer.ByteBuf;

/** Events of one dialect to and from their JSON text. Stateless and safe for use by any thread. */
public interface EventCodec {
    /**
     * Appends the JSON text of an event, UTF-8, to a buffer.
     *
     * @throws IllegalArgumentException if the dialect has no such event, or raw JSON is not one JSON
     *     object; the buffer is then as before
     */
    void encode(ClientEvent event, ByteBuf out);

    /**
     * Reads one text message. Never throws for what a server may send: what is no valid event
     * becomes a {@link dev.antiphon.core.model.DecodeError}.
     *
     * @param utf8 holds the message; not kept, and not changed
     */
    ServerEvent decode(byte[] utf8, int offset, int length);

    /** The session object that call creation carries beside the offer: UTF-8 JSON, with model. */
    byte[] sessionForCall(SessionConfig session);
}
