package dev.antiphon.testkit.contract;

/**
 * One client event as the peer received it.
 *
 * @param type event type as on the wire
 * @param eventId the client's id of the event, or an empty string
 * @param content what tells it from others of its type: the text of a message, the output of a
 *     function call, base64 audio; otherwise empty
 */
public record Arrived(String type, String eventId, String content) {
    /** Type and id; the content is left out. */
    @Override
    public String toString() {
        return type + "[" + eventId + "]";
    }
}
