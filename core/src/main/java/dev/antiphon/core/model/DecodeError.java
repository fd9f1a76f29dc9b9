package dev.antiphon.core.model;

/**
 * A frame that is not a valid event. It takes the event's place in the order; the session goes on.
 *
 * @param envelope its type is the one named in the frame, if one could be read; its raw JSON is the
 *     frame's text, which may be no JSON at all
 * @param reason what is wrong, without content of the frame
 * @param frameBytes length of the frame
 */
public record DecodeError(Envelope envelope, String reason, int frameBytes) implements ServerEvent {
    @Override
    public String toString() {
        return "DecodeError[" + reason + ", " + frameBytes + " bytes]";
    }

    @Override
    public <R> R fold(ServerEventFold<R> fold) {
        return fold.decodeError(this);
    }
}
