package dev.antiphon.core.model;

import java.util.Optional;

/** An event to the server. Client event ids come back only as {@link ErrorDetail#eventId()}. */
public sealed interface ClientEvent {
    /** Our id of this event, at most 512 characters; empty sends none. */
    String eventId();

    /** Rough size on the wire in bytes, used for windows and bounds. */
    default int sizeHint() {
        return 256;
    }

    /** Any event as raw JSON: the escape hatch for what this version does not know. */
    static ClientEvent raw(String json) {
        return new Raw("", new RawJson(json));
    }

    /** {@code session.update} */
    record SessionUpdate(String eventId, SessionConfig session) implements ClientEvent {
        @Override
        public int sizeHint() {
            return 4096;
        }
    }

    /** {@code input_audio_buffer.append}: the server never confirms it. */
    record InputAudioBufferAppend(String eventId, AudioData audio) implements ClientEvent {
        @Override
        public int sizeHint() {
            return 64 + audio.length() * 4 / 3;
        }
    }

    /** {@code input_audio_buffer.commit} */
    record InputAudioBufferCommit(String eventId) implements ClientEvent {}

    /** {@code input_audio_buffer.clear} */
    record InputAudioBufferClear(String eventId) implements ClientEvent {}

    /** {@code conversation.item.create}; empty {@code previousItemId} appends. */
    record ConversationItemCreate(String eventId, Optional<String> previousItemId, Item item) implements ClientEvent {
        @Override
        public int sizeHint() {
            if (item instanceof Item.FunctionCallOutput output) {
                return 256 + output.output().length();
            }
            if (item instanceof Item.Message message) {
                int size = 256;
                for (ContentPart part : message.content()) {
                    size += part instanceof ContentPart.InputText text
                            ? text.text().length()
                            : 256;
                }
                return size;
            }
            return 1024;
        }
    }

    /** {@code conversation.item.retrieve} */
    record ConversationItemRetrieve(String eventId, String itemId) implements ClientEvent {}

    /** {@code conversation.item.truncate}: drops what the caller did not hear. */
    record ConversationItemTruncate(String eventId, String itemId, int contentIndex, long audioEndMillis)
            implements ClientEvent {}

    /** {@code conversation.item.delete} */
    record ConversationItemDelete(String eventId, String itemId) implements ClientEvent {}

    /** {@code response.create} */
    record ResponseCreate(String eventId, Optional<ResponseConfig> response) implements ClientEvent {}

    /** {@code response.cancel}; empty {@code responseId} means the running one. */
    record ResponseCancel(String eventId, Optional<String> responseId) implements ClientEvent {}

    /** {@code output_audio_buffer.clear}: WebRTC and SIP only. */
    record OutputAudioBufferClear(String eventId) implements ClientEvent {}

    /** Raw JSON, written as it is. */
    record Raw(String eventId, RawJson json) implements ClientEvent {
        @Override
        public int sizeHint() {
            return json.text().length();
        }
    }
}
