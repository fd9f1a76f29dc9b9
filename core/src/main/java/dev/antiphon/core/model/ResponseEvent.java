package dev.antiphon.core.model;

/**
 * {@code response.*}: one response from its creation to its end. Two responses may interleave: key
 * state by response, then item, then content index.
 */
public sealed interface ResponseEvent extends ServerEvent {
    /** {@code response.created}: first of a response. */
    record Created(Envelope envelope, Response response) implements ResponseEvent {}

    /** {@code response.done}: last of a response, whatever became of it. */
    record Done(Envelope envelope, Response response) implements ResponseEvent {}

    /** {@code response.output_item.added} */
    record OutputItemAdded(Envelope envelope, String responseId, int outputIndex, Item item) implements ResponseEvent {}

    /** {@code response.output_item.done} */
    record OutputItemDone(Envelope envelope, String responseId, int outputIndex, Item item) implements ResponseEvent {}

    /** {@code response.output_text.delta} */
    record OutputTextDelta(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, String delta)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + delta.length() + " characters]";
        }
    }

    /** {@code response.output_text.done} */
    record OutputTextDone(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, String text)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + text.length() + " characters]";
        }
    }

    /** {@code response.output_audio_transcript.delta} */
    record OutputAudioTranscriptDelta(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, String delta)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + delta.length() + " characters]";
        }
    }

    /** {@code response.output_audio_transcript.done} */
    record OutputAudioTranscriptDone(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, String transcript)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + transcript.length() + " characters]";
        }
    }

    /** {@code response.output_audio.delta} */
    record OutputAudioDelta(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, AudioData audio)
            implements ResponseEvent {}

    /** {@code response.output_audio.done} */
    record OutputAudioDone(Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex)
            implements ResponseEvent {}

    /** {@code response.function_call_arguments.delta} */
    record FunctionCallArgumentsDelta(
            Envelope envelope, String responseId, String itemId, int outputIndex, String callId, String delta)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + delta.length() + " characters]";
        }
    }

    /** {@code response.function_call_arguments.done} */
    record FunctionCallArgumentsDone(
            Envelope envelope,
            String responseId,
            String itemId,
            int outputIndex,
            String callId,
            String name,
            String arguments)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + arguments.length() + " characters]";
        }
    }
}
