package dev.antiphon.core.model;

/**
 * An event from the server.
 *
 * <p>Families of events are sealed interfaces of their own ({@link ResponseEvent},
 * {@link ConversationEvent}, …) whose records are named after the event type:
 * {@code response.output_audio.delta} is {@link ResponseEvent.OutputAudioDelta}. Ids that the server
 * left out are empty strings, indexes that it left out are 0: correlation ids are optional on the
 * wire (compatible servers omit them).
 */
public sealed interface ServerEvent
        permits SessionEvent,
                ConversationEvent,
                TranscriptionEvent,
                InputAudioBufferEvent,
                OutputAudioBufferEvent,
                ResponseEvent,
                McpListToolsEvent,
                RateLimitsUpdated,
                ServerError,
                Unrecognized,
                DecodeError {
    /** Calls the method of {@code fold} that fits this event. */
    <R> R fold(ServerEventFold<R> fold);

    /** Type, event id and raw JSON of the event. */
    Envelope envelope();

    /** The event type as on the wire. */
    default String type() {
        return envelope().type();
    }

    /** The server's id of this event, or an empty string. */
    default String eventId() {
        return envelope().eventId();
    }

    /** The whole event as it came, members this version does not know included. */
    default RawJson raw() {
        return envelope().raw();
    }
}
