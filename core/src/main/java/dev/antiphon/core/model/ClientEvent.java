package dev.antiphon.core.model;

import java.util.Optional;

/**
 * An event to the server. Client event ids come back only as {@link ErrorDetail#eventId()}; success is
 * never confirmed by id.
 */
public sealed interface ClientEvent {
    /** Most characters of an event id. */
    int MAX_EVENT_ID = 512;

    /** Our id of this event, at most 512 characters; empty sends none. */
    String eventId();

    /** The event type as on the wire; empty for {@link Raw}, whose JSON core does not read. */
    String type();

    /** Calls the method of {@code fold} that fits this event. */
    <R> R fold(Fold<R> fold);

    /** Rough size on the wire in bytes, used for windows and bounds. */
    default int sizeHint() {
        return 256;
    }

    /**
     * Any event as raw JSON: the escape hatch for what this version does not know.
     *
     * @throws IllegalArgumentException if the text is blank; whether it is one JSON object shows on writing
     */
    static ClientEvent raw(String json) {
        Require.notBlank("raw event", json);
        return new Raw("", new RawJson(json));
    }

    private static void checkId(String eventId) {
        Require.atMost("event_id", eventId, MAX_EVENT_ID);
    }

    /** {@code session.update}: changes what is present in {@code session}. */
    record SessionUpdate(String eventId, SessionConfig session) implements ClientEvent {
        /** @throws IllegalArgumentException if the event id is too long */
        public SessionUpdate {
            checkId(eventId);
        }

        @Override
        public int sizeHint() {
            return 4096;
        }

        @Override
        public String type() {
            return "session.update";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.sessionUpdate(this);
        }
    }

    /**
     * {@code input_audio_buffer.append}: the server never confirms it.
     *
     * @param audio in the session's input format, at most 15 MiB
     */
    record InputAudioBufferAppend(String eventId, AudioData audio) implements ClientEvent {

        private static final int MAX_BYTES = 15 << 20;
        /** @throws IllegalArgumentException if the audio or the event id is too long */
        public InputAudioBufferAppend {
            checkId(eventId);
            Require.within("audio: its length in bytes", audio.length(), 0, MAX_BYTES);
        }

        @Override
        public int sizeHint() {
            return 64 + audio.length() / 3 * 4;
        }

        @Override
        public String type() {
            return "input_audio_buffer.append";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.inputAudioBufferAppend(this);
        }
    }

    /** {@code input_audio_buffer.commit}: ends a turn by hand; does not start a response. */
    record InputAudioBufferCommit(String eventId) implements ClientEvent {
        /** @throws IllegalArgumentException if the event id is too long */
        public InputAudioBufferCommit {
            checkId(eventId);
        }

        @Override
        public String type() {
            return "input_audio_buffer.commit";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.inputAudioBufferCommit(this);
        }
    }

    /** {@code input_audio_buffer.clear} */
    record InputAudioBufferClear(String eventId) implements ClientEvent {
        /** @throws IllegalArgumentException if the event id is too long */
        public InputAudioBufferClear {
            checkId(eventId);
        }

        @Override
        public String type() {
            return "input_audio_buffer.clear";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.inputAudioBufferClear(this);
        }
    }

    /**
     * {@code conversation.item.create}.
     *
     * @param previousItemId the item it follows; {@code root} makes it the first, empty appends
     */
    record ConversationItemCreate(String eventId, Optional<String> previousItemId, Item item) implements ClientEvent {
        /**
         * @throws IllegalArgumentException if the event id is too long, the item before it is blank, or the item
         *     answers a call or a request without naming it
         */
        public ConversationItemCreate {
            checkId(eventId);
            previousItemId.ifPresent(id -> Require.notBlank("previous_item_id", id));
            if (item instanceof Item.FunctionCallOutput output) {
                Require.notBlank("item.call_id", output.callId());
            } else if (item instanceof Item.McpApprovalResponse approval) {
                Require.notBlank("item.approval_request_id", approval.approvalRequestId());
            }
        }

        @Override
        public int sizeHint() {
            if (item instanceof Item.FunctionCallOutput output) {
                return 256 + output.output().length();
            }
            if (item instanceof Item.Message message) {
                return 256
                        + message.content().stream()
                                .mapToInt(ConversationItemCreate::sizeOf)
                                .sum();
            }
            return 1024;
        }

        private static int sizeOf(ContentPart part) {
            if (part instanceof ContentPart.InputText text) {
                return 32 + text.text().length();
            }
            if (part instanceof ContentPart.InputImage image) {
                return 64 + image.imageUrl().length();
            }
            if (part instanceof ContentPart.Audio audio) {
                return 64 + audio.audio().map(data -> data.length() / 3 * 4).orElse(0);
            }
            return 256;
        }

        @Override
        public String type() {
            return "conversation.item.create";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.conversationItemCreate(this);
        }
    }

    /** {@code conversation.item.retrieve}: asks for an item with its audio. */
    record ConversationItemRetrieve(String eventId, String itemId) implements ClientEvent {
        /** @throws IllegalArgumentException if the item id is blank or the event id too long */
        public ConversationItemRetrieve {
            checkId(eventId);
            Require.notBlank("item_id", itemId);
        }

        @Override
        public String type() {
            return "conversation.item.retrieve";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.conversationItemRetrieve(this);
        }
    }

    /**
     * {@code conversation.item.truncate}: drops the audio that the caller did not hear, and its transcript.
     *
     * @param audioEndMillis how much was heard
     */
    record ConversationItemTruncate(String eventId, String itemId, int contentIndex, long audioEndMillis)
            implements ClientEvent {

        /** @throws IllegalArgumentException naming the member that is missing, negative or too long */
        public ConversationItemTruncate {
            checkId(eventId);
            Require.notBlank("item_id", itemId);
            Require.notNegative("content_index", contentIndex);
            Require.notNegative("audio_end_ms", audioEndMillis);
        }

        @Override
        public String type() {
            return "conversation.item.truncate";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.conversationItemTruncate(this);
        }
    }

    /** {@code conversation.item.delete} */
    record ConversationItemDelete(String eventId, String itemId) implements ClientEvent {
        /** @throws IllegalArgumentException if the item id is blank or the event id too long */
        public ConversationItemDelete {
            checkId(eventId);
            Require.notBlank("item_id", itemId);
        }

        @Override
        public String type() {
            return "conversation.item.delete";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.conversationItemDelete(this);
        }
    }

    /**
     * {@code response.create}.
     *
     * @param response what this response does differently
     */
    record ResponseCreate(String eventId, Optional<ResponseConfig> response) implements ClientEvent {
        /** @throws IllegalArgumentException if the event id is too long */
        public ResponseCreate {
            checkId(eventId);
        }

        @Override
        public String type() {
            return "response.create";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.responseCreate(this);
        }
    }

    /**
     * {@code response.cancel}.
     *
     * @param responseId empty means the running one
     */
    record ResponseCancel(String eventId, Optional<String> responseId) implements ClientEvent {
        /** @throws IllegalArgumentException if the response id is blank or the event id too long */
        public ResponseCancel {
            checkId(eventId);
            responseId.ifPresent(id -> Require.notBlank("response_id", id));
        }

        @Override
        public String type() {
            return "response.cancel";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.responseCancel(this);
        }
    }

    /** {@code output_audio_buffer.clear}: WebRTC and SIP only; cancel the response first. */
    record OutputAudioBufferClear(String eventId) implements ClientEvent {
        /** @throws IllegalArgumentException if the event id is too long */
        public OutputAudioBufferClear {
            checkId(eventId);
        }

        @Override
        public String type() {
            return "output_audio_buffer.clear";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.outputAudioBufferClear(this);
        }
    }

    /**
     * Raw JSON, written as it is.
     *
     * @param eventId if not empty, takes the place of the id in the JSON
     */
    record Raw(String eventId, RawJson json) implements ClientEvent {
        @Override
        public int sizeHint() {
            return json.text().length();
        }

        @Override
        public String type() {
            return "";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.raw(this);
        }
    }

    /**
     * One method per kind of client event.
     *
     * @param <R> what each kind is turned into
     */
    interface Fold<R> {
        R sessionUpdate(SessionUpdate event);

        R inputAudioBufferAppend(InputAudioBufferAppend event);

        R inputAudioBufferCommit(InputAudioBufferCommit event);

        R inputAudioBufferClear(InputAudioBufferClear event);

        R conversationItemCreate(ConversationItemCreate event);

        R conversationItemRetrieve(ConversationItemRetrieve event);

        R conversationItemTruncate(ConversationItemTruncate event);

        R conversationItemDelete(ConversationItemDelete event);

        R responseCreate(ResponseCreate event);

        R responseCancel(ResponseCancel event);

        R outputAudioBufferClear(OutputAudioBufferClear event);

        R raw(Raw event);
    }
}
