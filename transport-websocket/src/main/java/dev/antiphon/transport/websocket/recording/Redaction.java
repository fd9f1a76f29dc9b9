package dev.antiphon.transport.websocket.recording;

import java.util.Base64;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How much of a conversation a recording tells. */
public enum Redaction {
    /**
     * The course of the conversation and none of its content: words become {@code x} of the same length,
     * digits {@code 0}, audio silence of the same length. What stays are numbers, types, ids, roles, states,
     * codes and names of tools, models and voices. The recording still is a conversation: it can be
     * inspected and replayed.
     */
    CONTENT,
    /** Everything as it was on the wire. For tests and for people's own voices: it holds what was said. */
    NONE;

    /** Members whose strings steer the protocol and say nothing of the content. Everything else is masked. */
    private static final Set<String> KEPT = Set.of(
            "type",
            "event_id",
            "id",
            "item_id",
            "previous_item_id",
            "response_id",
            "call_id",
            "conversation_id",
            "object",
            "role",
            "status",
            "phase",
            "reason",
            "code",
            "param",
            "model",
            "voice",
            "name",
            "format",
            "output_modalities",
            "modalities",
            "tool_choice",
            "eagerness",
            "truncation",
            "max_output_tokens",
            "conversation");

    /** Below these members nothing is kept but the shape: what they hold is the application's own. */
    private static final Set<String> OPAQUE = Set.of("metadata", "parameters", "variables", "tracing", "headers");

    private static final Set<String> AUDIO_EVENTS =
            Set.of("response.output_audio.delta", "response.audio.delta", "conversation.item.audio.delta");

    /** What a recording shows of an event. */
    JsonNode applyTo(ObjectNode event) {
        if (this == NONE) {
            return event;
        }
        boolean audioDelta = AUDIO_EVENTS.contains(event.path("type").asString(""));
        return object(event, audioDelta, false);
    }

    private static ObjectNode object(ObjectNode from, boolean audioDelta, boolean opaque) {
        ObjectNode to = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> member : from.properties()) {
            String name = member.getKey();
            boolean audio = name.equals("audio") || (audioDelta && name.equals("delta"));
            boolean kept = !opaque && KEPT.contains(name);
            to.set(name, value(member.getValue(), audio, kept, opaque || OPAQUE.contains(name)));
        }
        return to;
    }

    private static JsonNode value(JsonNode value, boolean audio, boolean kept, boolean opaque) {
        if (value instanceof ObjectNode object) {
            return object(object, false, opaque);
        } else if (value instanceof ArrayNode array) {
            ArrayNode masked = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> masked.add(value(element, false, kept, opaque)));
            return masked;
        } else if (!value.isString()) {
            return value;
        }
        String text = value.asString();
        return JsonNodeFactory.instance.stringNode(
                audio ? silence(text) : kept && !isSecret(text) ? text : masked(text));
    }

    /** Keys and call ids stay secret wherever they stand. */
    private static boolean isSecret(String text) {
        return text.startsWith("sk-") || text.startsWith("ek_") || text.startsWith("rtc_");
    }

    /** As many bytes of zero as there were of sound. */
    private static String silence(String base64) {
        int padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
        int bytes = Math.max(0, base64.length() / 4 * 3 - padding);
        return Base64.getEncoder().encodeToString(new byte[bytes]);
    }

    /** Keeps blanks and punctuation of ASCII, so that lengths, lines and nested JSON keep their shape. */
    static String masked(String text) {
        StringBuilder masked = new StringBuilder(text.length());
        for (int index = 0; index < text.length(); index++) {
            char each = text.charAt(index);
            boolean digit = each >= '0' && each <= '9';
            boolean letter = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || each > 126;
            masked.append(digit ? '0' : letter ? 'x' : each);
        }
        return masked.toString();
    }
}
