package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.audio.WireAudio;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One conversation item. Its sound is kept apart from its JSON, because most events leave it out. */
final class Item {
    final String id;
    /** The item as events show it: no audio bytes. */
    final ObjectNode json;

    private final WireAudio format;
    /** Sound in wire form; only the first {@code audioLength} bytes count. */
    private byte[] audio = new byte[0];

    private int audioLength;

    Item(String id, ObjectNode json, WireAudio format) {
        this.id = id;
        this.json = json;
        this.format = format;
    }

    /** An item as a client sent it, already checked; its sound is taken out of the JSON. */
    static Item fromClient(String id, JsonNode given, WireAudio format) throws InvalidEvent {
        ObjectNode json = Json.object();
        json.put("id", id);
        json.put("object", "realtime.item");
        json.setAll((ObjectNode) given.deepCopy());
        json.put("id", id);
        json.put("status", "completed");
        Item item = new Item(id, json, format);
        int index = 0;
        for (JsonNode part : json.path("content")) {
            if (part.has("audio")) {
                String path = "item.content[" + index + "].audio";
                if (part.path("type").asString("").equals("output_audio")) {
                    throw InvalidEvent.value(path, "Audio of an assistant message cannot be created by a client.");
                }
                item.addAudio(decodeBase64(path, part.path("audio").asString("")));
                ((ObjectNode) part).remove("audio");
            }
            index++;
        }
        return item;
    }

    static byte[] decodeBase64(String path, String text) throws InvalidEvent {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw InvalidEvent.value(path, "Invalid value for '" + path + "': not base64.");
        }
    }

    String type() {
        return json.path("type").asString("");
    }

    String role() {
        return json.path("role").asString("");
    }

    boolean isInput() {
        return isToolOutput() || (type().equals("message") && !role().equals("assistant"));
    }

    /** Whether a tool has answered here, asked by the client or by the service. */
    boolean isToolOutput() {
        return type().equals("function_call_output") || type().equals("mcp_call");
    }

    /** What the tool said, or why it said nothing. */
    String toolOutput() {
        JsonNode output = json.path("output");
        return output.isString()
                ? output.stringValue()
                : json.path("error").path("message").asString("");
    }

    void addAudio(byte[] wire) {
        if (audioLength + wire.length > audio.length) {
            audio = Arrays.copyOf(audio, Math.max(audioLength + wire.length, audio.length * 2));
        }
        System.arraycopy(wire, 0, audio, audioLength, wire.length);
        audioLength += wire.length;
    }

    boolean hasAudio() {
        return audioLength > 0;
    }

    long audioMillis() {
        return format.millisOf(audioLength);
    }

    /** The sound, 24 kHz mono. */
    short[] samples() {
        return format.toSamples(Arrays.copyOf(audio, audioLength));
    }

    /** The text parts joined. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (JsonNode part : json.path("content")) {
            text.append(part.path("text").asString(""));
        }
        return text.toString();
    }

    /** A copy for an event, without audio. */
    ObjectNode snapshot() {
        return json.deepCopy();
    }

    /** A copy with the audio, as {@code conversation.item.retrieved} shows it. */
    ObjectNode withAudio() {
        ObjectNode copy = json.deepCopy();
        for (JsonNode part : copy.path("content")) {
            if (part.path("type").asString("").endsWith("_audio")) {
                byte[] whole = Arrays.copyOf(audio, audioLength);
                ((ObjectNode) part).put("audio", Base64.getEncoder().encodeToString(whole));
            }
        }
        return copy;
    }

    /** Cuts the sound and drops the transcript, which no longer fits. */
    void truncate(long audioEndMillis) {
        audioLength = Math.min(audioLength, format.bytesOfMillis(audioEndMillis));
        for (JsonNode part : json.path("content")) {
            if (part.path("type").asString("").equals("output_audio")) {
                ((ObjectNode) part).remove("transcript");
            }
        }
    }

    /** Tokens this item costs as context: four characters, or 100 ms of sound, make one. */
    int textTokens() {
        int characters = text().length()
                + json.path("arguments").asString("").length()
                + json.path("output").asString("").length();
        return (characters + 3) / 4;
    }

    int audioTokens() {
        return (int) ((audioMillis() + 99) / 100);
    }
}
