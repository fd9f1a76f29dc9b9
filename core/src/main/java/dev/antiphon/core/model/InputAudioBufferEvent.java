package dev.antiphon.core.model;

/** {@code input_audio_buffer.*}: turns of the caller. Times are milliseconds since the session began. */
public sealed interface InputAudioBufferEvent extends ServerEvent {

    /** {@code ….speech_started}; {@code itemId} names the user item to come. */
    record SpeechStarted(Envelope envelope, String itemId, long audioStartMillis) implements InputAudioBufferEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.speechStarted(this);
        }
    }

    /** {@code ….speech_stopped} */
    record SpeechStopped(Envelope envelope, String itemId, long audioEndMillis) implements InputAudioBufferEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.speechStopped(this);
        }
    }

    /** {@code ….committed} */
    record Committed(Envelope envelope, String itemId, String previousItemId) implements InputAudioBufferEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.inputAudioCommitted(this);
        }
    }

    /** {@code ….cleared} */
    record Cleared(Envelope envelope) implements InputAudioBufferEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.inputAudioCleared(this);
        }
    }

    /** {@code ….timeout_triggered}: nothing was said for the idle timeout. */
    record TimeoutTriggered(Envelope envelope, String itemId, long audioStartMillis, long audioEndMillis)
            implements InputAudioBufferEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.inputAudioTimedOut(this);
        }
    }

    /**
     * {@code ….dtmf_event_received}: a key of a telephone; it has no event id.
     *
     * @param key {@code 0}–{@code 9}, {@code *}, {@code #}, {@code A}–{@code D}
     */
    record DtmfEventReceived(Envelope envelope, String key, long receivedAtEpochSecond)
            implements InputAudioBufferEvent {
        /** Leaves the key out: callers type secrets. */
        @Override
        public String toString() {
            return envelope + "[" + "one key" + "]";
        }

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.dtmfReceived(this);
        }
    }
}
