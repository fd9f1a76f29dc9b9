package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.port.EventText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Events of one dialect to and from their JSON text. Stateless and safe for use by any thread. */
public interface EventCodec extends EventText {
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

    @Override
    default String encode(ClientEvent event) {
        ByteBuf out = Unpooled.buffer();
        try {
            encode(event, out);
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }

    @Override
    default ServerEvent decode(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return decode(utf8, 0, utf8.length);
    }

    /** The session object that call creation carries beside the offer: UTF-8 JSON, with model. */
    byte[] sessionForCall(SessionConfig session);
}
