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
    /** The conversation exists, in {@link Phase#OPENING}. */
    void started(Conversation conversation);

    void phase(Phase phase);

    void answer(SdpAnswer answer);

    void joining(int attempt);

    /** A text was said. @param number counts from 1 */
    void said(int number, String text, Receipt receipt);

    /** What became of a text. */
    void outcome(int number, Receipt receipt, Outcome outcome);

    /** Audio so far. @param accepted frames taken @param dropped frames lost */
    void audio(long accepted, long dropped);

    void event(ServerEvent event);

    /** The end; everything else was reported before. */
    void closed(Closure closure, ConversationSummary summary);
}
