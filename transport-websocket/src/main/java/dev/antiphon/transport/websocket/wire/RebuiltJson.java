package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.RawJson;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of a delta that was read without a tree, written anew when somebody asks. An equal JSON
 * value: the same members with the same values, though perhaps in another order and spelling.
 */
abstract class RebuiltJson implements Supplier<RawJson> {
    private final String type;
    private final String eventId;
    private final String responseId;
    private final String itemId;
    private final String obfuscation;
    private final int outputIndex;
    private final int contentIndex;
    private final int found;

    /** @param scan where the indexes are, and which members the event had */
    RebuiltJson(String type, String eventId, String responseId, String itemId, String obfuscation, DeltaScan scan) {
        this.type = type;
        this.eventId = eventId;
        this.responseId = responseId;
        this.itemId = itemId;
        this.obfuscation = obfuscation;
        this.outputIndex = scan.outputIndex;
        this.contentIndex = scan.contentIndex;
        this.found = scan.found;
    }

    /** The text of the member {@code delta}. */
    abstract String delta();

    @Override
    public final RawJson get() {
        ObjectNode json = Json.object().put("type", type);
        if (has(DeltaScan.EVENT_ID)) {
            json.put("event_id", eventId);
        }
        if (has(DeltaScan.RESPONSE_ID)) {
            json.put("response_id", responseId);
        }
        if (has(DeltaScan.ITEM_ID)) {
            json.put("item_id", itemId);
        }
        if (has(DeltaScan.OUTPUT_INDEX)) {
            json.put("output_index", outputIndex);
        }
        if (has(DeltaScan.CONTENT_INDEX)) {
            json.put("content_index", contentIndex);
        }
        json.put("delta", delta());
        if (has(DeltaScan.OBFUSCATION)) {
            json.put("obfuscation", obfuscation);
        }
        return Nodes.raw(json);
    }

    private boolean has(int member) {
        return (found & member) != 0;
    }

    /** Of a text delta. */
    static final class OfText extends RebuiltJson {
        private final String text;

        OfText(
                String type,
                String eventId,
                String responseId,
                String itemId,
                String obfuscation,
                DeltaScan scan,
                String text) {
            super(type, eventId, responseId, itemId, obfuscation, scan);
            this.text = text;
        }

        @Override
        String delta() {
            return text;
        }
    }

    /** Of an audio delta: the decoded audio, from which the base64 can be written again. */
    static final class OfAudio extends RebuiltJson implements AudioData {
        private final byte[] audio;

        OfAudio(
                String type,
                String eventId,
                String responseId,
                String itemId,
                String obfuscation,
                DeltaScan scan,
                byte[] audio) {
            super(type, eventId, responseId, itemId, obfuscation, scan);
            this.audio = audio;
        }

        @Override
        String delta() {
            return Base64Audio.encode(audio);
        }

        @Override
        public int length() {
            return audio.length;
        }

        @Override
        public byte[] bytes() {
            return audio;
        }

        @Override
        public String toString() {
            return "AudioData[" + audio.length + " bytes]";
        }
    }
}
