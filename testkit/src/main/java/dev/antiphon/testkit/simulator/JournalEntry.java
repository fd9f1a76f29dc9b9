package dev.antiphon.testkit.simulator;

import java.time.Duration;
import java.util.Locale;

/**
 * One thing that happened. {@code toString} shows no content.
 *
 * @param sequence order of happening, from 1
 * @param at time since the simulator started, by its clock
 * @param connection id of the TCP connection, such as {@code c3}; {@code media} for the media of a call; empty if
 *     none is concerned
 * @param callId the call concerned; empty if none
 * @param type event type for {@code RECEIVED} and {@code SENT}; otherwise a short description
 * @param eventId the event's own id, empty if none
 * @param text the message as it crossed the wire for {@code RECEIVED} and {@code SENT}, otherwise empty
 */
public record JournalEntry(
        long sequence,
        Duration at,
        Kind kind,
        String connection,
        String callId,
        String type,
        String eventId,
        String text) {
    /** What can happen. */
    public enum Kind {
        ACCEPTED,
        REQUEST,
        RESPONSE,
        UPGRADE_READ,
        UPGRADED,
        FIRST_FRAME,
        RECEIVED,
        SENT,
        BINARY_RECEIVED,
        PING_RECEIVED,
        PING_SENT,
        PONG_RECEIVED,
        CLOSE_RECEIVED,
        CLOSE_SENT,
        PROTOCOL_ERROR,
        DISCONNECTED,
        CALL_CREATED,
        CALL_ENDED,
        /** A webhook was answered, with this status, or failed. */
        WEBHOOK,
        MEDIA_CONNECTED,
        CHANNEL_OPENED,
        CHANNEL_CLOSED,
        MEDIA_ENDED,
        MISFORTUNE
    }

    /**
     * The event.
     *
     * @throws IllegalArgumentException if {@code text} is not JSON
     */
    public JsonView json() {
        return JsonView.parse(text);
    }

    /** Whether this is a client event of that type. */
    public boolean isReceived(String eventType) {
        return kind == Kind.RECEIVED && type.equals(eventType);
    }

    /** Whether this is a server event of that type. */
    public boolean isSent(String eventType) {
        return kind == Kind.SENT && type.equals(eventType);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%4d %9.3f ms %-4s %-15s %s%s%s",
                sequence,
                at.toNanos() / 1e6,
                connection,
                kind,
                type,
                eventId.isEmpty() ? "" : " [" + eventId + "]",
                text.isEmpty() ? "" : " (" + text.length() + " characters)");
    }
}
