package dev.antiphon.core;

import java.time.Duration;
import java.util.Optional;

/**
 * Bounds of one conversation. Every queue has one and every wait ends.
 *
 * @param text lane of texts
 * @param handoff lane of hand-off outputs
 * @param audioFrames frames the audio lane holds
 * @param audioBytes bytes the audio lane holds
 * @param audioAge frames that waited longer are dropped instead of sent; empty keeps them
 * @param audioWhenFull which frame a full audio lane loses
 * @param eventsHigh events waiting for a listener at which reading pauses; half of it resumes
 * @param eventBytesHigh roughly how many bytes of waiting events do the same
 * @param stall how long reading may stay paused before the conversation ends
 * @param close how long an orderly end may take before the conversation is ended regardless
 * @param unconfirmed items that may wait for the server's confirmation at once
 * @param length how long the server lets a session last and when to be warned; empty warns of nothing
 */
public record ConversationLimits(
        Lane text,
        Lane handoff,
        int audioFrames,
        long audioBytes,
        Optional<Duration> audioAge,
        AudioWhenFull audioWhenFull,
        int eventsHigh,
        long eventBytesHigh,
        Duration stall,
        Duration close,
        int unconfirmed,
        Optional<Length> length) {

    /** Capacities of 64 texts, 64 hand-off outputs and 256 audio frames. */
    public static final ConversationLimits DEFAULT = new ConversationLimits(
            new Lane(64, 1 << 20, WhenFull.refuse()),
            new Lane(64, 4 << 20, WhenFull.refuse()),
            256,
            16L << 20,
            Optional.of(Duration.ofSeconds(30)),
            AudioWhenFull.DROP_OLDEST,
            1_024,
            8L << 20,
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            1_024,
            Optional.empty());

    /** Refuses bounds that hold nothing. */
    public ConversationLimits {
        if (audioFrames < 1 || audioBytes < 1 || eventsHigh < 2 || eventBytesHigh < 1 || unconfirmed < 1) {
            throw new IllegalArgumentException("every bound must hold at least one item, and two events: audioFrames="
                    + audioFrames + ", audioBytes=" + audioBytes + ", eventsHigh=" + eventsHigh + ", eventBytesHigh="
                    + eventBytesHigh + ", unconfirmed="
                    + unconfirmed);
        }
        if (stall.isNegative() || stall.isZero() || close.isNegative() || close.isZero()) {
            throw new IllegalArgumentException("deadlines must be positive: stall=" + stall + ", close=" + close);
        }
    }

    /** Which frame a full audio lane loses. */
    public enum AudioWhenFull {
        /** The one that waited longest: right for live speech. */
        DROP_OLDEST,
        /** The one just offered: keeps the beginning. */
        DROP_NEWEST
    }

    /**
     * Bounds of a lane of items.
     *
     * @param items how many wait
     * @param bytes how much waits, by {@link dev.antiphon.core.model.ClientEvent#sizeHint}; one item always fits
     * @param whenFull what happens to the next one
     */
    public record Lane(int items, long bytes, WhenFull whenFull) {
        /** Refuses bounds that hold nothing. */
        public Lane {
            if (items < 1 || bytes < 1) {
                throw new IllegalArgumentException("a lane must hold at least one item: " + items + ", " + bytes);
            }
        }
    }

    /**
     * What a full lane does with the next item.
     *
     * @param policy which item loses
     * @param patience with {@link Policy#AWAIT}, how long the sender waits for room
     * @param waiters with {@link Policy#AWAIT}, how many senders may wait at once
     */
    public record WhenFull(Policy policy, Duration patience, int waiters) {
        /** Which item loses. */
        public enum Policy {
            /** The new one, at once. */
            REFUSE,
            /** The new one, after the sender waited for room. */
            AWAIT,
            /** The one that waited longest; its outcome is {@code NOT_SENT(DROPPED_BY_POLICY)}. */
            DROP_OLDEST,
            /** The new one; its outcome is {@code NOT_SENT(DROPPED_BY_POLICY)}. */
            DROP_NEWEST
        }

        /** Refuses the new item at once. */
        public static WhenFull refuse() {
            return new WhenFull(Policy.REFUSE, Duration.ZERO, 0);
        }

        /** Lets up to eight senders wait for room; the call blocks, which no event loop should. */
        public static WhenFull await(Duration patience) {
            return new WhenFull(Policy.AWAIT, patience, 8);
        }

        /** Drops the item that waited longest. */
        public static WhenFull dropOldest() {
            return new WhenFull(Policy.DROP_OLDEST, Duration.ZERO, 0);
        }

        /** Drops the new item. */
        public static WhenFull dropNewest() {
            return new WhenFull(Policy.DROP_NEWEST, Duration.ZERO, 0);
        }
    }

    /**
     * How long a session of the server lasts. The server ends it; the conversation only warns, once, with
     * {@link ConversationListener#onExpiring}.
     *
     * @param longest from the answer to an offer, or else from the first socket, to the end by the server
     * @param notice how long before that the warning comes
     */
    public record Length(Duration longest, Duration notice) {
        /** Refuses a warning that would come before the session, or at its end. */
        public Length {
            if (notice.isNegative() || notice.isZero() || notice.compareTo(longest) >= 0) {
                throw new IllegalArgumentException("the notice must be positive and shorter than the session: longest="
                        + longest + ", notice=" + notice);
            }
        }
    }

    /** These limits with other lanes. */
    public ConversationLimits withLanes(Lane texts, Lane handoffs) {
        return new ConversationLimits(
                texts,
                handoffs,
                audioFrames,
                audioBytes,
                audioAge,
                audioWhenFull,
                eventsHigh,
                eventBytesHigh,
                stall,
                close,
                unconfirmed,
                length);
    }

    /** These limits with another audio lane. */
    public ConversationLimits withAudio(int frames, Optional<Duration> age, AudioWhenFull whenFull) {
        return new ConversationLimits(
                text,
                handoff,
                frames,
                audioBytes,
                age,
                whenFull,
                eventsHigh,
                eventBytesHigh,
                stall,
                close,
                unconfirmed,
                length);
    }

    /** These limits with other bounds for slow listeners. */
    public ConversationLimits withEvents(int high, Duration stallLimit) {
        return new ConversationLimits(
                text,
                handoff,
                audioFrames,
                audioBytes,
                audioAge,
                audioWhenFull,
                high,
                eventBytesHigh,
                stallLimit,
                close,
                unconfirmed,
                length);
    }

    /** These limits with another bound for the memory of waiting events. */
    public ConversationLimits withEventBytes(long high) {
        return new ConversationLimits(
                text,
                handoff,
                audioFrames,
                audioBytes,
                audioAge,
                audioWhenFull,
                eventsHigh,
                high,
                stall,
                close,
                unconfirmed,
                length);
    }

    /** These limits with another deadline for an orderly end. */
    public ConversationLimits withClose(Duration deadline) {
        return new ConversationLimits(
                text,
                handoff,
                audioFrames,
                audioBytes,
                audioAge,
                audioWhenFull,
                eventsHigh,
                eventBytesHigh,
                stall,
                deadline,
                unconfirmed,
                length);
    }

    /** These limits with a warning some time before the longest duration of a session is over. */
    public ConversationLimits withLength(Duration longest, Duration notice) {
        return new ConversationLimits(
                text,
                handoff,
                audioFrames,
                audioBytes,
                audioAge,
                audioWhenFull,
                eventsHigh,
                eventBytesHigh,
                stall,
                close,
                unconfirmed,
                Optional.of(new Length(longest, notice)));
    }
}
