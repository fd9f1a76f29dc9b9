package dev.antiphon.core.port;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ServerEvent;

/**
 * The text form of events, as an adapter needs it whose library gives and takes text. Stateless and safe for use
 * by any thread.
 */
public interface EventText {
    /**
     * The text of an event.
     *
     * @throws IllegalArgumentException if it has no form in this dialect: that event alone is given up
     */
    String encode(ClientEvent event);

    /** The event of one text message; what is none becomes a {@link dev.antiphon.core.model.DecodeError}. */
    ServerEvent decode(String text);
}
