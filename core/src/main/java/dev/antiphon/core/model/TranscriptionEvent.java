package dev.antiphon.core.model;

import java.util.List;
import java.util.Optional;

/**
 * {@code conversation.item.input_audio_transcription.*}: what the caller said. It runs beside the response: before,
 * during or after the response to that audio.
 */
public sealed interface TranscriptionEvent extends ServerEvent {
    /** The user item that is transcribed. */
    String itemId();
    /** The part of the item. */
    int contentIndex();

    /**
     * {@code ….delta}
     *
     * @param logprobs how sure the transcriber was, if {@code include} asked for it
     */
    record Delta(Envelope envelope, String itemId, int contentIndex, String delta, List<LogProb> logprobs)
            implements TranscriptionEvent {
        public Delta {
            logprobs = List.copyOf(logprobs);
        }

        public Delta(Envelope envelope, String itemId, int contentIndex, String delta) {
            this(envelope, itemId, contentIndex, delta, List.of());
        }

        @Override
        public String toString() {
            return envelope + "[" + delta.length() + " characters" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.transcriptionDelta(this);
        }
    }

    /**
     * {@code ….completed}
     *
     * @param usage what the transcription cost
     * @param languages codes of the languages heard
     * @param logprobs how sure the transcriber was, if {@code include} asked for it
     */
    record Completed(
            Envelope envelope,
            String itemId,
            int contentIndex,
            String transcript,
            Optional<TranscriptionUsage> usage,
            List<String> languages,
            List<LogProb> logprobs)
            implements TranscriptionEvent {
        public Completed {
            languages = List.copyOf(languages);
            logprobs = List.copyOf(logprobs);
        }

        public Completed(Envelope envelope, String itemId, int contentIndex, String transcript) {
            this(envelope, itemId, contentIndex, transcript, Optional.empty(), List.of(), List.of());
        }

        @Override
        public String toString() {
            return envelope + "[" + transcript.length() + " characters" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.transcriptionCompleted(this);
        }
    }

    /** {@code ….failed} */
    record Failed(Envelope envelope, String itemId, int contentIndex, ErrorDetail error) implements TranscriptionEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.transcriptionFailed(this);
        }
    }

    /**
     * {@code ….segment}: one speaker's stretch of a diarised transcript.
     *
     * @param id of the segment
     * @param speaker label of the speaker
     * @param startSeconds from the start of the audio
     * @param endSeconds from the start of the audio
     */
    record Segment(
            Envelope envelope,
            String itemId,
            int contentIndex,
            String id,
            String text,
            String speaker,
            double startSeconds,
            double endSeconds)
            implements TranscriptionEvent {
        @Override
        public String toString() {
            return envelope + "[" + text.length() + " characters" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.transcriptionSegment(this);
        }
    }
}
