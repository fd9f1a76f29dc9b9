package dev.antiphon.core.model;

/** {@code conversation.item.input_audio_transcription.*}: what the caller said, beside the response to it. */
public sealed interface TranscriptionEvent extends ServerEvent {
    /** The user item that is transcribed. */
    String itemId();

    /** {@code ….delta} */
    record Delta(Envelope envelope, String itemId, int contentIndex, String delta) implements TranscriptionEvent {
        @Override
        public String toString() {
            return envelope + "[" + delta.length() + " characters]";
        }
    }

    /** {@code ….completed} */
    record Completed(Envelope envelope, String itemId, int contentIndex, String transcript)
            implements TranscriptionEvent {
        @Override
        public String toString() {
            return envelope + "[" + transcript.length() + " characters]";
        }
    }

    /** {@code ….failed} */
    record Failed(Envelope envelope, String itemId, int contentIndex, ErrorDetail error)
            implements TranscriptionEvent {}
}
