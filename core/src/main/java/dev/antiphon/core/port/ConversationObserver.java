package dev.antiphon.core.port;

import dev.antiphon.core.model.Closure;
import java.time.Duration;
import java.util.List;

/**
 * Watches conversations, for metrics and logs: {@code RealtimeConversations.builder().observer(…)}.
 *
 * <p>Calls of one conversation never overlap and come in the order in which things happened:
 * {@link #onStarted} first, {@link #onEnded} exactly once and last. They come from the thread on which
 * the thing happened, an event loop included, so an observer returns at once and never blocks. What it
 * throws is logged once per conversation and disturbs nobody. It sees numbers and names, never content.
 *
 * <p>Timings are differences of milestones: call creation lasts from the start to
 * {@link Milestone#ANSWERED}, the join from the first {@link Milestone#JOINING} to
 * {@link Milestone#LIVE}, a gap from {@link Milestone#REJOINING} to {@link Milestone#REJOINED}. Gauges
 * of the lanes are read with {@link ObservedConversation#lanes} whenever metrics are collected; its
 * values of an ended conversation are zero.
 */
public interface ConversationObserver {
    /** Observes nothing. */
    ConversationObserver NONE = new ConversationObserver() {};

    /** A conversation was started; its transport is about to be opened. */
    default void onStarted(ObservedConversation conversation) {}

    /** A conversation reached something; {@link Milestone#JOINING} and the re-joins more than once. */
    default void onMilestone(ObservedConversation conversation, Milestone milestone, Duration sinceStart) {}

    /**
     * Audio frames were dropped because the lane was full or they were too old, counted since the last
     * report: the first at once, then at most once a second, the rest before the end.
     */
    default void onAudioDropped(ObservedConversation conversation, long frames) {}

    /** A listener threw. The conversation goes on. */
    default void onListenerFailure(ObservedConversation conversation, Throwable failure) {}

    /** The end, exactly once and last. Its fault, if there is one, is {@link Closure#fault}. */
    default void onEnded(ObservedConversation conversation, Closure closure) {}

    /** What a conversation goes through. */
    enum Milestone {
        /** The SDP answer is there. */
        ANSWERED,
        /** An attempt to open the control socket began. */
        JOINING,
        /** The control socket stands for the first time. */
        LIVE,
        /** The first event was taken by a socket. */
        FIRST_WRITE,
        /** The first event came from the server. */
        FIRST_EVENT,
        /** The control socket was lost. */
        REJOINING,
        /** The control socket stands again. */
        REJOINED,
        /** The end. */
        CLOSED
    }

    /** One conversation as an observer sees it. Safe for use by any thread, also after the end. */
    interface ObservedConversation {
        /** The local id, {@code Conversation.id()}. */
        String id();

        /** The transport's short name. */
        String transport();

        /** Depth and age of each input lane right now: text, hand-off, audio. */
        List<LaneState> lanes();
    }

    /**
     * How full an input lane is.
     *
     * @param lane {@code text}, {@code hand-off} or {@code audio}
     * @param queued items or frames that wait
     * @param bytes their size, by {@link dev.antiphon.core.model.ClientEvent#sizeHint}
     * @param oldestAge how long the first of them has waited; zero for an empty lane
     */
    record LaneState(String lane, int queued, long bytes, Duration oldestAge) {}
}
