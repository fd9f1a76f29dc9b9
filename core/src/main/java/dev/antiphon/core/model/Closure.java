package dev.antiphon.core.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of a conversation: who ended it, how, and what was lost with it. There is exactly one per
 * conversation and nothing follows it.
 *
 * @param initiator who ended it
 * @param code WebSocket close code (RFC 6455 §7.4); 1006 where no close frame was seen
 * @param text close reason or a sentence for people; never holds content of the conversation
 * @param cause the fault behind it; empty for an orderly end
 * @param recoverable whether a new conversation can be expected to work
 * @param discarded input that was accepted and never reached the server
 */
public record Closure(
        Initiator initiator,
        int code,
        String text,
        Optional<TransportException> cause,
        boolean recoverable,
        Discarded discarded) {

    /** No close frame was seen, RFC 6455 §7.4.1. */
    public static final int ABNORMAL = 1006;

    /** The server found a message too big, RFC 6455 §7.4.1. The text then names the items in flight, if any. */
    public static final int MESSAGE_TOO_BIG = 1009;

    /** Orderly end, RFC 6455 §7.4.1. */
    public static final int NORMAL = 1000;

    private static final int MAX_FRAME_TEXT = 123;
    private static final int MAX_SHOWN = 512;

    /** Who ended a conversation. */
    public enum Initiator {
        /** The application called {@code close}. */
        APPLICATION,
        /** The server closed the connection or ended the session. */
        SERVER,
        /** Network, TLS, call creation, join or our own limits. */
        TRANSPORT,
        /** A newer conversation took this one's place. */
        REPLACED,
        /** A configured deadline passed. */
        DEADLINE
    }

    /**
     * Accepted input that never reached the server.
     *
     * @param texts text items
     * @param handoffs hand-off outputs
     * @param audioFrames audio frames, dropped by policy during the conversation not included
     */
    public record Discarded(int texts, int handoffs, int audioFrames) {
        /** Nothing was discarded. */
        public static final Discarded NONE = new Discarded(0, 0, 0);
    }

    /** The application's orderly end. */
    public static Closure requested() {
        return new Closure(
                Initiator.APPLICATION, NORMAL, "closed by the application", Optional.empty(), true, Discarded.NONE);
    }

    /** The end of a conversation whose place was taken by a newer one. */
    public static Closure replaced() {
        return new Closure(
                Initiator.REPLACED, NORMAL, "replaced by a newer conversation", Optional.empty(), true, Discarded.NONE);
    }

    /** The server's close frame; recoverable where the code says that the next connection may be served. */
    public static Closure byServer(int code, String text) {
        boolean passing = switch (code) {
            case 1001, 1005, 1006, 1011, 1012, 1013 -> true;
            default -> false;
        };
        return byServer(code, text, passing);
    }

    /** The server's close frame. */
    public static Closure byServer(int code, String text, boolean recoverable) {
        return new Closure(Initiator.SERVER, code, text, Optional.empty(), recoverable, Discarded.NONE);
    }

    /** A fault on our side of the connection; recoverable unless the fault says that repeating never helps. */
    public static Closure failed(TransportException cause) {
        return new Closure(
                Initiator.TRANSPORT,
                ABNORMAL,
                String.valueOf(cause.getMessage()),
                Optional.of(cause),
                cause.fault().retry() == Fault.Retry.LATER,
                Discarded.NONE);
    }

    /** A fault on our side of the connection. */
    public static Closure failed(Fault fault, String message, @Nullable Throwable cause) {
        return failed(new TransportException(fault, message, cause));
    }

    /** The code for a close frame of ours: 1000 where the own one may not travel, RFC 6455 §7.4. */
    public int frameCode() {
        boolean travels =
                (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
        return travels ? code : NORMAL;
    }

    /** The text for a close frame of ours: at most 123 bytes of UTF-8, whole characters, RFC 6455 §5.5. */
    public String frameText() {
        int end = 0;
        int bytes = 0;
        while (end < text.length()) {
            int point = text.codePointAt(end);
            bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (bytes > MAX_FRAME_TEXT) {
                break;
            }
            end += Character.charCount(point);
        }
        return text.substring(0, end);
    }

    /**
     * The stable code of what ended it: that of the cause, {@link Fault#CLOSED_BY_SERVER} where the server
     * closed the connection and said no more, empty for an orderly end.
     */
    public Optional<Fault> fault() {
        return initiator == Initiator.SERVER && cause.isEmpty() && code != NORMAL
                ? Optional.of(Fault.CLOSED_BY_SERVER)
                : cause.map(TransportException::fault);
    }

    /** The same end in other words. */
    public Closure withText(String words) {
        return new Closure(initiator, code, words, cause, recoverable, discarded);
    }

    /** The same end with what was lost. */
    public Closure withDiscarded(Discarded lost) {
        return new Closure(initiator, code, text, cause, recoverable, lost);
    }

    /** Whether this was an orderly end: close code 1000 and no fault. */
    public boolean isOrderly() {
        return code == NORMAL && cause.isEmpty();
    }

    /** On one line whatever a server gave as its reason; {@link #text} itself is exact. */
    @Override
    public String toString() {
        return "Closure[" + initiator + " " + code + " " + Shown.of(text, MAX_SHOWN)
                + (recoverable ? ", recoverable" : ", final")
                + (discarded.equals(Discarded.NONE) ? "" : ", " + discarded) + "]";
    }
}
