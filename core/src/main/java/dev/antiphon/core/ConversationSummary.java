package dev.antiphon.core;

import dev.antiphon.core.model.TranscriptionUsage;
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
 * @param transcriptions what the transcription of the caller came to, billed beside the responses
 * @param serverEvents events received
 * @param decodeErrors frames that were no events
 * @param rejoins times the control socket was lost and joined again
 * @param toAnswer from start to the SDP answer
 * @param toJoining from start to the first attempt to open the control socket
 * @param toLive from start to the first control socket
 * @param toFirstWrite from start to the first event that a socket took
 * @param toFirstEvent from start to the first server event
 * @param duration from start to the end, or until now
 */
public record ConversationSummary(
        Items texts,
        Items handoffs,
        Audio audio,
        long responses,
        Usage usage,
        Transcriptions transcriptions,
        long serverEvents,
        long decodeErrors,
        int rejoins,
        Optional<Duration> toAnswer,
        Optional<Duration> toJoining,
        Optional<Duration> toLive,
        Optional<Duration> toFirstWrite,
        Optional<Duration> toFirstEvent,
        Duration duration) {

    /**
     * Transcriptions of the caller's turns.
     *
     * @param usage the sum, tokens and seconds; its type is the newest one's
     */
    public record Transcriptions(long completed, long failed, TranscriptionUsage usage) {}

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
     * @param droppedClosed refused or lost because of the end, or lost with a control socket
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

        /** Frames that are neither written nor dropped yet: queued, or on their way to the socket. */
        public long pending() {
            return offered - written - dropped();
        }
    }
}
