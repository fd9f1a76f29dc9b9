package dev.antiphon.core.model;

/**
 * {@code response.*}: one response from its creation to its end. Two responses may interleave: key
 * state by response, then item, then content index. The {@code mcp_call} phases name no response: key them by item.
 */
public sealed interface ResponseEvent extends ServerEvent {

    /** {@code response.created}: first of a response. */
    record Created(Envelope envelope, Response response) implements ResponseEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.responseCreated(this);
        }
    }

    /** {@code response.done}: last of a response, whatever became of it. */
    record Done(Envelope envelope, Response response) implements ResponseEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.responseDone(this);
        }
    }

    /** {@code response.output_item.added} */
    record OutputItemAdded(Envelope envelope, String responseId, int outputIndex, Item item) implements ResponseEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.outputItemAdded(this);
        }
    }

    /** {@code response.output_item.done} */
    record OutputItemDone(Envelope envelope, String responseId, int outputIndex, Item item) implements ResponseEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.outputItemDone(this);
        }
    }

    /** {@code response.content_part.added} */
    record ContentPartAdded(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, ContentPart part)
            implements ResponseEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.contentPartAdded(this);
        }
    }

    /** {@code response.content_part.done} */
    record ContentPartDone(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, ContentPart part)
            implements ResponseEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.contentPartDone(this);
        }
    }

    /** {@code response.output_text.delta} */
    record OutputTextDelta(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, String delta)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + delta.length() + " characters" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.outputTextDelta(this);
        }
    }

    /** {@code response.output_text.done} */
    record OutputTextDone(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, String text)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + text.length() + " characters" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.outputTextDone(this);
        }
    }

    /** {@code response.output_audio_transcript.delta} */
    record OutputAudioTranscriptDelta(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, String delta)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + delta.length() + " characters" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.outputAudioTranscriptDelta(this);
        }
    }

    /** {@code response.output_audio_transcript.done} */
    record OutputAudioTranscriptDone(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, String transcript)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + transcript.length() + " characters" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.outputAudioTranscriptDone(this);
        }
    }

    /** {@code response.output_audio.delta} */
    record OutputAudioDelta(
            Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, AudioData audio)
            implements ResponseEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.outputAudioDelta(this);
        }
    }

    /** {@code response.output_audio.done} */
    record OutputAudioDone(Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex)
            implements ResponseEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.outputAudioDone(this);
        }
    }

    /** {@code response.function_call_arguments.delta} */
    record FunctionCallArgumentsDelta(
            Envelope envelope, String responseId, String itemId, int outputIndex, String callId, String delta)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + delta.length() + " characters" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.functionCallArgumentsDelta(this);
        }
    }

    /**
     * {@code response.function_call_arguments.done}
     *
     * @param name the tool; empty where an older server leaves it out
     * @param arguments JSON text written by the model; may be cut off where it was interrupted
     */
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
            return envelope + "[" + arguments.length() + " characters" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.functionCallArgumentsDone(this);
        }
    }

    /** {@code response.mcp_call_arguments.delta} */
    record McpCallArgumentsDelta(Envelope envelope, String responseId, String itemId, int outputIndex, String delta)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + delta.length() + " characters" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.mcpCallArgumentsDelta(this);
        }
    }

    /** {@code response.mcp_call_arguments.done} */
    record McpCallArgumentsDone(Envelope envelope, String responseId, String itemId, int outputIndex, String arguments)
            implements ResponseEvent {
        @Override
        public String toString() {
            return envelope + "[" + arguments.length() + " characters" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.mcpCallArgumentsDone(this);
        }
    }

    /** {@code response.mcp_call.in_progress} */
    record McpCallInProgress(Envelope envelope, String itemId, int outputIndex) implements ResponseEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.mcpCallInProgress(this);
        }
    }

    /** {@code response.mcp_call.completed} */
    record McpCallCompleted(Envelope envelope, String itemId, int outputIndex) implements ResponseEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.mcpCallCompleted(this);
        }
    }

    /** {@code response.mcp_call.failed} */
    record McpCallFailed(Envelope envelope, String itemId, int outputIndex) implements ResponseEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.mcpCallFailed(this);
        }
    }
}
