package dev.antiphon.app;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationSummary;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;

/**
 * Shows a conversation while it happens. Calls come from several threads and may overlap; the last
 * one is {@link #closed}.
 */
interface TalkReport {
    /**
     * One item that was given to the conversation.
     *
     * @param channel {@code text} or {@code handoff}
     * @param number counts from 1 in its channel
     * @param content the text or the output
     */
    record Said(String channel, int number, String content, Receipt receipt) {
        static Said text(int number, String content, Receipt receipt) {
            return new Said("text", number, content, receipt);
        }

        static Said handoff(int number, String content, Receipt receipt) {
            return new Said("handoff", number, content, receipt);
        }

        @Override
        public String toString() {
            return channel + " " + number;
        }
    }

    /** The conversation exists, in {@link Phase#OPENING}. */
    void started(Conversation conversation);

    void phase(Phase phase);

    void answer(SdpAnswer answer);

    void joining(int attempt);

    /** An item was offered to its lane. */
    void said(Said item);

    /** What became of an item. */
    void outcome(Said item, Outcome outcome);

    /** Audio is spoken from now on, so many milliseconds of it. */
    void speaking(long millis);

    /**
     * Audio so far.
     *
     * @param accepted frames taken
     * @param dropped frames lost
     * @param last whether no more audio follows
     */
    void audio(long accepted, long dropped, boolean last);

    void event(ServerEvent event);

    /** The end; everything else was reported before. */
    void closed(Closure closure, ConversationSummary summary);
}
