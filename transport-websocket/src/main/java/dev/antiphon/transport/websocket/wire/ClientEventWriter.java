package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ClientEvent;
import tools.jackson.databind.node.ObjectNode;

/**
 * Client events of the Realtime API to their JSON. Stateless. Raw JSON inside an event that is not JSON, or a
 * raw event that is no object, is refused with an {@link IllegalArgumentException}.
 */
final class ClientEventWriter implements ClientEvent.Fold<ObjectNode> {
    private static ObjectNode begin(ClientEvent event) {
        ObjectNode json = Json.object().put("type", event.type());
        return event.eventId().isEmpty() ? json : json.put("event_id", event.eventId());
    }

    @Override
    public ObjectNode sessionUpdate(ClientEvent.SessionUpdate event) {
        ObjectNode json = begin(event);
        json.set("session", SessionJson.write(event.session(), false));
        return json;
    }

    @Override
    public ObjectNode inputAudioBufferAppend(ClientEvent.InputAudioBufferAppend event) {
        return begin(event).put("audio", PartJson.base64(event.audio()));
    }

    @Override
    public ObjectNode inputAudioBufferCommit(ClientEvent.InputAudioBufferCommit event) {
        return begin(event);
    }

    @Override
    public ObjectNode inputAudioBufferClear(ClientEvent.InputAudioBufferClear event) {
        return begin(event);
    }

    @Override
    public ObjectNode conversationItemCreate(ClientEvent.ConversationItemCreate event) {
        ObjectNode json = begin(event);
        event.previousItemId().ifPresent(id -> json.put("previous_item_id", id));
        json.set("item", ItemJson.write(event.item()));
        return json;
    }

    @Override
    public ObjectNode conversationItemRetrieve(ClientEvent.ConversationItemRetrieve event) {
        return begin(event).put("item_id", event.itemId());
    }

    @Override
    public ObjectNode conversationItemTruncate(ClientEvent.ConversationItemTruncate event) {
        return begin(event)
                .put("item_id", event.itemId())
                .put("content_index", event.contentIndex())
                .put("audio_end_ms", event.audioEndMillis());
    }

    @Override
    public ObjectNode conversationItemDelete(ClientEvent.ConversationItemDelete event) {
        return begin(event).put("item_id", event.itemId());
    }

    @Override
    public ObjectNode responseCreate(ClientEvent.ResponseCreate event) {
        ObjectNode json = begin(event);
        event.response().ifPresent(config -> json.set("response", ResponseConfigJson.write(config)));
        return json;
    }

    @Override
    public ObjectNode responseCancel(ClientEvent.ResponseCancel event) {
        ObjectNode json = begin(event);
        event.responseId().ifPresent(id -> json.put("response_id", id));
        return json;
    }

    @Override
    public ObjectNode outputAudioBufferClear(ClientEvent.OutputAudioBufferClear event) {
        return begin(event);
    }

    @Override
    public ObjectNode raw(ClientEvent.Raw event) {
        ObjectNode json = Json.trustedObject(event.json());
        return event.eventId().isEmpty() ? json : json.put("event_id", event.eventId());
    }
}
