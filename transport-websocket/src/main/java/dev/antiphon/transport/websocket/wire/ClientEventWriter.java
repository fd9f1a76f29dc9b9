package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ClientEvent;
import java.util.Base64;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Client events to their JSON. */
final class ClientEventWriter {
    private ClientEventWriter() {}

    static ObjectNode write(ClientEvent event) {
        if (event instanceof ClientEvent.Raw raw) {
            ObjectNode json = rawObject(raw.json().text());
            return raw.eventId().isEmpty() ? json : json.put("event_id", raw.eventId());
        }
        ObjectNode json = Json.object();
        if (event instanceof ClientEvent.SessionUpdate update) {
            begin(json, "session.update", event);
            json.set("session", SessionJson.write(update.session(), false));
        } else if (event instanceof ClientEvent.InputAudioBufferAppend append) {
            begin(json, "input_audio_buffer.append", event);
            json.put("audio", Base64.getEncoder().encodeToString(append.audio().bytes()));
        } else if (event instanceof ClientEvent.InputAudioBufferCommit) {
            begin(json, "input_audio_buffer.commit", event);
        } else if (event instanceof ClientEvent.InputAudioBufferClear) {
            begin(json, "input_audio_buffer.clear", event);
        } else if (event instanceof ClientEvent.ConversationItemCreate create) {
            begin(json, "conversation.item.create", event);
            create.previousItemId().ifPresent(id -> json.put("previous_item_id", id));
            json.set("item", ItemJson.write(create.item()));
        } else if (event instanceof ClientEvent.ConversationItemRetrieve retrieve) {
            begin(json, "conversation.item.retrieve", event);
            json.put("item_id", retrieve.itemId());
        } else if (event instanceof ClientEvent.ConversationItemTruncate truncate) {
            begin(json, "conversation.item.truncate", event);
            json.put("item_id", truncate.itemId());
            json.put("content_index", truncate.contentIndex());
            json.put("audio_end_ms", truncate.audioEndMillis());
        } else if (event instanceof ClientEvent.ConversationItemDelete delete) {
            begin(json, "conversation.item.delete", event);
            json.put("item_id", delete.itemId());
        } else if (event instanceof ClientEvent.ResponseCreate create) {
            begin(json, "response.create", event);
            create.response().ifPresent(response -> {
                ObjectNode body = json.putObject("response");
                response.instructions().ifPresent(text -> body.put("instructions", text));
                response.outputModalities().ifPresent(modalities -> {
                    ArrayNode array = body.putArray("output_modalities");
                    modalities.forEach(array::add);
                });
            });
        } else if (event instanceof ClientEvent.ResponseCancel cancel) {
            begin(json, "response.cancel", event);
            cancel.responseId().ifPresent(id -> json.put("response_id", id));
        } else if (event instanceof ClientEvent.OutputAudioBufferClear) {
            begin(json, "output_audio_buffer.clear", event);
        }
        return json;
    }

    private static void begin(ObjectNode json, String type, ClientEvent event) {
        json.put("type", type);
        if (!event.eventId().isEmpty()) {
            json.put("event_id", event.eventId());
        }
    }

    static ObjectNode rawObject(String text) {
        try {
            if (Json.valueIn(text) instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalArgumentException("raw JSON must be one object");
        } catch (MalformedEventException e) {
            throw new IllegalArgumentException("raw JSON: " + e.reason(), e);
        }
    }
}
