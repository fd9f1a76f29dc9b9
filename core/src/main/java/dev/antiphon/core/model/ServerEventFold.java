package dev.antiphon.core.model;

/**
 * One method per kind of server event, for handling them exhaustively on any Java level:
 * {@link ServerEvent#fold} calls the one that fits. When a version of Antiphon learns a new event
 * type, implementations stop compiling; who does not want that extends {@link OrElse}.
 *
 * @param <R> what each kind is turned into
 */
public interface ServerEventFold<R> {
    R sessionCreated(SessionEvent.Created event);

    R sessionUpdated(SessionEvent.Updated event);

    R conversationCreated(ConversationEvent.Created event);

    R itemAdded(ConversationEvent.ItemAdded event);

    R itemDone(ConversationEvent.ItemDone event);

    R itemCreated(ConversationEvent.ItemCreated event);

    R itemRetrieved(ConversationEvent.ItemRetrieved event);

    R itemTruncated(ConversationEvent.ItemTruncated event);

    R itemDeleted(ConversationEvent.ItemDeleted event);

    R transcriptionDelta(TranscriptionEvent.Delta event);

    R transcriptionCompleted(TranscriptionEvent.Completed event);

    R transcriptionFailed(TranscriptionEvent.Failed event);

    R transcriptionSegment(TranscriptionEvent.Segment event);

    R speechStarted(InputAudioBufferEvent.SpeechStarted event);

    R speechStopped(InputAudioBufferEvent.SpeechStopped event);

    R inputAudioCommitted(InputAudioBufferEvent.Committed event);

    R inputAudioCleared(InputAudioBufferEvent.Cleared event);

    R inputAudioTimedOut(InputAudioBufferEvent.TimeoutTriggered event);

    R dtmfReceived(InputAudioBufferEvent.DtmfEventReceived event);

    R outputAudioStarted(OutputAudioBufferEvent.Started event);

    R outputAudioStopped(OutputAudioBufferEvent.Stopped event);

    R outputAudioCleared(OutputAudioBufferEvent.Cleared event);

    R responseCreated(ResponseEvent.Created event);

    R responseDone(ResponseEvent.Done event);

    R outputItemAdded(ResponseEvent.OutputItemAdded event);

    R outputItemDone(ResponseEvent.OutputItemDone event);

    R contentPartAdded(ResponseEvent.ContentPartAdded event);

    R contentPartDone(ResponseEvent.ContentPartDone event);

    R outputTextDelta(ResponseEvent.OutputTextDelta event);

    R outputTextDone(ResponseEvent.OutputTextDone event);

    R outputAudioTranscriptDelta(ResponseEvent.OutputAudioTranscriptDelta event);

    R outputAudioTranscriptDone(ResponseEvent.OutputAudioTranscriptDone event);

    R outputAudioDelta(ResponseEvent.OutputAudioDelta event);

    R outputAudioDone(ResponseEvent.OutputAudioDone event);

    R functionCallArgumentsDelta(ResponseEvent.FunctionCallArgumentsDelta event);

    R functionCallArgumentsDone(ResponseEvent.FunctionCallArgumentsDone event);

    R mcpCallArgumentsDelta(ResponseEvent.McpCallArgumentsDelta event);

    R mcpCallArgumentsDone(ResponseEvent.McpCallArgumentsDone event);

    R mcpCallInProgress(ResponseEvent.McpCallInProgress event);

    R mcpCallCompleted(ResponseEvent.McpCallCompleted event);

    R mcpCallFailed(ResponseEvent.McpCallFailed event);

    R mcpListToolsInProgress(McpListToolsEvent.InProgress event);

    R mcpListToolsCompleted(McpListToolsEvent.Completed event);

    R mcpListToolsFailed(McpListToolsEvent.Failed event);

    R rateLimitsUpdated(RateLimitsUpdated event);

    R error(ServerError event);

    /** A well-formed event of a type that this version does not know. */
    R unrecognized(Unrecognized event);

    /** A frame that is no valid event. */
    R decodeError(DecodeError event);

    /**
     * A fold that needs to name only the kinds it cares about.
     *
     * @param <R> what each kind is turned into
     */
    interface OrElse<R> extends ServerEventFold<R> {
        /** Every kind that is not overridden. */
        R orElse(ServerEvent event);

        @Override
        default R sessionCreated(SessionEvent.Created event) {
            return orElse(event);
        }

        @Override
        default R sessionUpdated(SessionEvent.Updated event) {
            return orElse(event);
        }

        @Override
        default R conversationCreated(ConversationEvent.Created event) {
            return orElse(event);
        }

        @Override
        default R itemAdded(ConversationEvent.ItemAdded event) {
            return orElse(event);
        }

        @Override
        default R itemDone(ConversationEvent.ItemDone event) {
            return orElse(event);
        }

        @Override
        default R itemCreated(ConversationEvent.ItemCreated event) {
            return orElse(event);
        }

        @Override
        default R itemRetrieved(ConversationEvent.ItemRetrieved event) {
            return orElse(event);
        }

        @Override
        default R itemTruncated(ConversationEvent.ItemTruncated event) {
            return orElse(event);
        }

        @Override
        default R itemDeleted(ConversationEvent.ItemDeleted event) {
            return orElse(event);
        }

        @Override
        default R transcriptionDelta(TranscriptionEvent.Delta event) {
            return orElse(event);
        }

        @Override
        default R transcriptionCompleted(TranscriptionEvent.Completed event) {
            return orElse(event);
        }

        @Override
        default R transcriptionFailed(TranscriptionEvent.Failed event) {
            return orElse(event);
        }

        @Override
        default R transcriptionSegment(TranscriptionEvent.Segment event) {
            return orElse(event);
        }

        @Override
        default R speechStarted(InputAudioBufferEvent.SpeechStarted event) {
            return orElse(event);
        }

        @Override
        default R speechStopped(InputAudioBufferEvent.SpeechStopped event) {
            return orElse(event);
        }

        @Override
        default R inputAudioCommitted(InputAudioBufferEvent.Committed event) {
            return orElse(event);
        }

        @Override
        default R inputAudioCleared(InputAudioBufferEvent.Cleared event) {
            return orElse(event);
        }

        @Override
        default R inputAudioTimedOut(InputAudioBufferEvent.TimeoutTriggered event) {
            return orElse(event);
        }

        @Override
        default R dtmfReceived(InputAudioBufferEvent.DtmfEventReceived event) {
            return orElse(event);
        }

        @Override
        default R outputAudioStarted(OutputAudioBufferEvent.Started event) {
            return orElse(event);
        }

        @Override
        default R outputAudioStopped(OutputAudioBufferEvent.Stopped event) {
            return orElse(event);
        }

        @Override
        default R outputAudioCleared(OutputAudioBufferEvent.Cleared event) {
            return orElse(event);
        }

        @Override
        default R responseCreated(ResponseEvent.Created event) {
            return orElse(event);
        }

        @Override
        default R responseDone(ResponseEvent.Done event) {
            return orElse(event);
        }

        @Override
        default R outputItemAdded(ResponseEvent.OutputItemAdded event) {
            return orElse(event);
        }

        @Override
        default R outputItemDone(ResponseEvent.OutputItemDone event) {
            return orElse(event);
        }

        @Override
        default R contentPartAdded(ResponseEvent.ContentPartAdded event) {
            return orElse(event);
        }

        @Override
        default R contentPartDone(ResponseEvent.ContentPartDone event) {
            return orElse(event);
        }

        @Override
        default R outputTextDelta(ResponseEvent.OutputTextDelta event) {
            return orElse(event);
        }

        @Override
        default R outputTextDone(ResponseEvent.OutputTextDone event) {
            return orElse(event);
        }

        @Override
        default R outputAudioTranscriptDelta(ResponseEvent.OutputAudioTranscriptDelta event) {
            return orElse(event);
        }

        @Override
        default R outputAudioTranscriptDone(ResponseEvent.OutputAudioTranscriptDone event) {
            return orElse(event);
        }

        @Override
        default R outputAudioDelta(ResponseEvent.OutputAudioDelta event) {
            return orElse(event);
        }

        @Override
        default R outputAudioDone(ResponseEvent.OutputAudioDone event) {
            return orElse(event);
        }

        @Override
        default R functionCallArgumentsDelta(ResponseEvent.FunctionCallArgumentsDelta event) {
            return orElse(event);
        }

        @Override
        default R functionCallArgumentsDone(ResponseEvent.FunctionCallArgumentsDone event) {
            return orElse(event);
        }

        @Override
        default R mcpCallArgumentsDelta(ResponseEvent.McpCallArgumentsDelta event) {
            return orElse(event);
        }

        @Override
        default R mcpCallArgumentsDone(ResponseEvent.McpCallArgumentsDone event) {
            return orElse(event);
        }

        @Override
        default R mcpCallInProgress(ResponseEvent.McpCallInProgress event) {
            return orElse(event);
        }

        @Override
        default R mcpCallCompleted(ResponseEvent.McpCallCompleted event) {
            return orElse(event);
        }

        @Override
        default R mcpCallFailed(ResponseEvent.McpCallFailed event) {
            return orElse(event);
        }

        @Override
        default R mcpListToolsInProgress(McpListToolsEvent.InProgress event) {
            return orElse(event);
        }

        @Override
        default R mcpListToolsCompleted(McpListToolsEvent.Completed event) {
            return orElse(event);
        }

        @Override
        default R mcpListToolsFailed(McpListToolsEvent.Failed event) {
            return orElse(event);
        }

        @Override
        default R rateLimitsUpdated(RateLimitsUpdated event) {
            return orElse(event);
        }

        @Override
        default R error(ServerError event) {
            return orElse(event);
        }

        @Override
        default R unrecognized(Unrecognized event) {
            return orElse(event);
        }

        @Override
        default R decodeError(DecodeError event) {
            return orElse(event);
        }
    }
}
