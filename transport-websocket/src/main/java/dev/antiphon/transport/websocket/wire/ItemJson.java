package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.Role;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Conversation items and their parts. */
final class ItemJson {
    private ItemJson() {}

    static Item read(ObjectNode item) {
        String id = Nodes.text(item, "id");
        return switch (Nodes.text(item, "type")) {
            case "message" -> new Item.Message(id, new Role(Nodes.text(item, "role")), parts(item.get("content")));
            case "function_call" ->
                new Item.FunctionCall(
                        id, Nodes.text(item, "call_id"), Nodes.text(item, "name"), Nodes.text(item, "arguments"));
            case "function_call_output" ->
                new Item.FunctionCallOutput(id, Nodes.text(item, "call_id"), Nodes.text(item, "output"));
            default -> new Item.UnrecognizedItem(id, Optional.of(Nodes.raw(item)));
        };
    }

    private static List<ContentPart> parts(@org.jspecify.annotations.Nullable JsonNode content) {
        List<ContentPart> parts = new ArrayList<>();
        if (content != null && content.isArray()) {
            for (JsonNode part : content) {
                parts.add(part(part));
            }
        }
        return parts;
    }

    private static ContentPart part(JsonNode part) {
        String type = Nodes.text(part, "type");
        return switch (type) {
            case "input_text" -> new ContentPart.InputText(Nodes.text(part, "text"));
            case "output_text", "text" -> new ContentPart.OutputText(Nodes.text(part, "text"));
            case "input_audio", "output_audio", "audio" ->
                new ContentPart.Audio(
                        type,
                        Nodes.optionalText(part, "audio").map(Base64Audio::new),
                        Nodes.optionalText(part, "transcript"));
            default -> new ContentPart.UnrecognizedPart(Nodes.raw(part));
        };
    }

    static ObjectNode write(Item item) {
        ObjectNode json = Json.object();
        if (item instanceof Item.UnrecognizedItem unknown) {
            return ClientEventWriter.rawObject(unknown.raw().orElseThrow().text());
        }
        if (!item.id().isEmpty()) {
            json.put("id", item.id());
        }
        if (item instanceof Item.Message message) {
            json.put("type", "message");
            json.put("role", message.role().wire());
            ArrayNode content = json.putArray("content");
            message.content().forEach(part -> content.add(write(part)));
        } else if (item instanceof Item.FunctionCall call) {
            json.put("type", "function_call");
            json.put("call_id", call.callId());
            json.put("name", call.name());
            json.put("arguments", call.arguments());
        } else if (item instanceof Item.FunctionCallOutput output) {
            json.put("type", "function_call_output");
            json.put("call_id", output.callId());
            json.put("output", output.output());
        }
        return json;
    }

    private static ObjectNode write(ContentPart part) {
        if (part instanceof ContentPart.UnrecognizedPart unknown) {
            return ClientEventWriter.rawObject(unknown.raw().text());
        }
        ObjectNode json = Json.object();
        if (part instanceof ContentPart.InputText text) {
            json.put("type", "input_text").put("text", text.text());
        } else if (part instanceof ContentPart.OutputText text) {
            json.put("type", "output_text").put("text", text.text());
        } else if (part instanceof ContentPart.Audio audio) {
            json.put("type", audio.type());
            audio.audio()
                    .ifPresent(data -> json.put("audio", Base64.getEncoder().encodeToString(data.bytes())));
            audio.transcript().ifPresent(text -> json.put("transcript", text));
        }
        return json;
    }

    /** Audio of an item, decoded when somebody asks. */
    private record Base64Audio(String base64) implements AudioData {
        @Override
        public int length() {
            int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
            return (int) ((base64.length() - padding) * 3L / 4);
        }

        @Override
        public byte[] bytes() {
            return Base64.getDecoder().decode(base64);
        }

        @Override
        public String toString() {
            return "AudioData[" + length() + " bytes]";
        }
    }
}
