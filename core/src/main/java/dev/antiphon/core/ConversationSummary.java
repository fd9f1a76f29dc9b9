package dev.antiphon.core;

import dev.antiphon.core.model.Usage;
import java.time.Duration;
import java.util.Optional;

/**
 * Numbers of a conversation. They balance once it has ended: of each lane
 * {@code offered = accepted + refused} and
 * {@code accepted = acknowledged + rejected + notSent + unknown}; of audio
 * {@code offered = written + dropped}.
 *
 * @param texts items of the text lane
 * @param handoffs items of the hand-off lane
 * @param audio frames
 * @param responses finished responses
 * @param usage tokens of all responses
 * @param serverEvents events received
 * @param decodeErrors frames that were no events
 * @param rejoins times the control socket was lost and joined again
 * @param toAnswer from start to the SDP answer
 * @param toLive from start to the first control socket
 * @param toFirstEvent from start to the first server event
 * @param duration from start to the end, or until now
 */
public record ConversationSummary(
        Items texts,
        Items handoffs,
        Audio audio,
        long responses,
        Usage usage,
        long serverEvents,
        long decodeErrors,
        int rejoins,
        Optional<Duration> toAnswer,
        Optional<Duration> toLive,
        Optional<Duration> toFirstEvent,
        Duration duration) {

    /** Counts of one lane of items. */
    public record Items(
            long offered,
            long accepted,
            long refused,
            long acknowledged,
            long rejected,
            long notSent,
            long unknown,
            int queued) {
        /** Accepted items that have no outcome yet. */
        public long pending() {
            return accepted - acknowledged - rejected - notSent - unknown;
        }
    }

    /**
     * Counts of audio frames.
     *
     * @param droppedPaused refused by the paused gate
     * @param droppedOverflow lost because the lane was full
     * @param droppedStale lost because they were too old
     * @param droppedCleared removed by the application
     * @param droppedClosed refused or lost because of the end
     */
    public record Audio(
            long offered,
            long written,
            long writtenBytes,
            long droppedPaused,
            long droppedOverflow,
            long droppedStale,
            long droppedCleared,
            long droppedClosed,
            int queued) {
        /** All frames that did not reach the server. */
        public long dropped() {
            return droppedPaused + droppedOverflow + droppedStale + droppedCleared + droppedClosed;
        }
    }
}
