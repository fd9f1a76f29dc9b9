package dev.antiphon.core.model;

/** {@code output_audio_buffer.*}: what plays over WebRTC or SIP. Audio may play long after {@code response.done}. */
public sealed interface OutputAudioBufferEvent extends ServerEvent {
    /** The response that is heard, or an empty string. */
    String responseId();

    /** {@code ….started} */
    record Started(Envelope envelope, String responseId) implements OutputAudioBufferEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.outputAudioStarted(this);
        }
    }

    /** {@code ….stopped}: played to the end. */
    record Stopped(Envelope envelope, String responseId) implements OutputAudioBufferEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.outputAudioStopped(this);
        }
    }

    /** {@code ….cleared}: cut off by the caller or by {@code output_audio_buffer.clear}. */
    record Cleared(Envelope envelope, String responseId) implements OutputAudioBufferEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.outputAudioCleared(this);
        }
    }
}
