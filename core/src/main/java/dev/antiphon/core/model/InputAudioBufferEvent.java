package dev.antiphon.core.model;

/** {@code input_audio_buffer.*}: turns of the caller. */
public sealed interface InputAudioBufferEvent extends ServerEvent {
    /** {@code ….speech_started}; {@code itemId} names the user item to come. */
    record SpeechStarted(Envelope envelope, String itemId, long audioStartMillis) implements InputAudioBufferEvent {}

    /** {@code ….speech_stopped} */
    record SpeechStopped(Envelope envelope, String itemId, long audioEndMillis) implements InputAudioBufferEvent {}

    /** {@code ….committed} */
    record Committed(Envelope envelope, String itemId, String previousItemId) implements InputAudioBufferEvent {}

    /** {@code ….cleared} */
    record Cleared(Envelope envelope) implements InputAudioBufferEvent {}
}
