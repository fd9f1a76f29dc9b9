package dev.antiphon.testkit.history;

import dev.antiphon.core.ConversationSummary;
import dev.antiphon.core.Phase;

/**
 * One thing that happened. Conversations, items, sockets, calls and events go by names that the
 * recorder gave them, the same in every run, so that equal runs have equal histories.
 */
public sealed interface HistoryEntry {
    /** Whose. */
    String conversation();

    /** Which lane an item went into. */
    enum Channel {
        /** Texts. */
        TEXT,
        /** Hand-off outputs. */
        HANDOFF
    }

    // ------------------------------------------------------------------ the client's ledger

    /** A conversation was started. */
    record Started(String conversation) implements HistoryEntry {}

    /**
     * An item is about to be offered.
     *
     * @param toolCall the tool call it answers; empty for a text
     */
    record Offering(String conversation, Channel channel, String item, String toolCall) implements HistoryEntry {}

    /** The offer returned: the item was accepted. */
    record Accepted(String conversation, String item) implements HistoryEntry {}

    /**
     * The offer returned: the item was refused.
     *
     * @param detail the explanation, with the item's name in place of its id
     */
    record Refused(String conversation, String item, String reason, String detail) implements HistoryEntry {}

    /**
     * The outcome of an accepted item completed.
     *
     * @param fate {@code ACKNOWLEDGED}, {@code REJECTED}, {@code NOT_SENT} or {@code UNKNOWN}
     * @param reason the reason, or the server's code; empty for an acknowledgement
     */
    record Settled(String conversation, String item, String fate, String reason) implements HistoryEntry {}

    /** A frame of audio was offered; frames count from 1. */
    record AudioOffered(String conversation, int frame, String result) implements HistoryEntry {}

    /**
     * The SDP answer reached the application.
     *
     * @param intact whether it is the server's, byte for byte
     */
    record AnswerHeard(String conversation, boolean intact) implements HistoryEntry {}

    /** A listener heard of a phase. */
    record PhaseHeard(String conversation, Phase phase) implements HistoryEntry {}

    /** A listener heard a server event. */
    record EventHeard(String conversation, String event) implements HistoryEntry {}

    /** The application asked for the end. */
    record StopAsked(String conversation) implements HistoryEntry {}

    /** The stage of the end completed; the initiator is that of the closure. */
    record Ended(String conversation, String initiator) implements HistoryEntry {}

    /** A listener heard the end. */
    record EndHeard(String conversation) implements HistoryEntry {}

    /** The summary, taken after the end. */
    record Summed(
            String conversation,
            ConversationSummary.Items texts,
            ConversationSummary.Items handoffs,
            ConversationSummary.Audio audio)
            implements HistoryEntry {}

    /** The transport reported a call that may have been left behind. */
    record OrphanReported(String conversation) implements HistoryEntry {}

    /** Something was still there after everything had ended: timers, threads, buffers. */
    record LeftOver(String conversation, String what, int count) implements HistoryEntry {}

    // ------------------------------------------------------------------ the journal of server and wire

    /** The client asked the network for something: a call, a socket. */
    record NetworkAsked(String conversation) implements HistoryEntry {}

    /**
     * Something happened that may end the conversation.
     *
     * @param cause in a word; {@link #FOR_GOOD} for a refusal that repeating cannot change
     */
    record CauseGiven(String conversation, String cause) implements HistoryEntry {
        /** The server refused for good. */
        public static final String FOR_GOOD = "refused for good";
    }

    /** The server created a call. */
    record CallCreated(String conversation, String call) implements HistoryEntry {}

    /** The last byte of the answer to a call creation reached the client. */
    record CallAnswered(String conversation, String call) implements HistoryEntry {}

    /** The server was asked to end a call. */
    record HangUpAsked(String conversation, String call) implements HistoryEntry {}

    /** The server ended a call. */
    record CallEnded(String conversation, String call) implements HistoryEntry {}

    /** A control socket stands, as the client sees it. */
    record SocketOpened(String conversation, String socket) implements HistoryEntry {}

    /**
     * A control socket is gone, as the client sees it.
     *
     * @param orderly whether, if the client ended it, a close frame was sent
     */
    record SocketEnded(String conversation, String socket, boolean orderly) implements HistoryEntry {}

    /**
     * The wire took a client event: from here on it may arrive.
     *
     * @param content the item's name, the frame's number, or empty
     */
    record Taken(String conversation, String socket, String type, String content) implements HistoryEntry {}

    /** A client event arrived at the server. */
    record Received(String conversation, String socket, String type, String content) implements HistoryEntry {}

    /** The server sent the confirmation of an item. */
    record Confirmed(String conversation, String socket, String item, String event) implements HistoryEntry {}

    /** The server sent the rejection of an item. */
    record RejectionSent(String conversation, String socket, String item, String code) implements HistoryEntry {}

    /** The server sent an event. */
    record EventSent(String conversation, String socket, String event) implements HistoryEntry {}
}
