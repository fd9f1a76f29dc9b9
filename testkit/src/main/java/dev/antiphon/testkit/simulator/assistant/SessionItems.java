package dev.antiphon.testkit.simulator.assistant;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens to the items of a session, and is told to its lines: the client's {@code conversation.item}
 * events, committed audio with its transcription, and the items of responses and tool listings.
 */
final class SessionItems implements McpTools.Host {
    private final SessionOptions options;
    private final SessionConfig config;
    private final Conversation conversation;
    private final SessionLines lines;

    SessionItems(SessionOptions options, SessionConfig config, Conversation conversation, SessionLines lines) {
        this.options = options;
        this.config = config;
        this.conversation = conversation;
        this.lines = lines;
    }

    /** The item of a {@code conversation.item.create}, which has no place yet. */
    Item read(ObjectNode create) throws InvalidEvent {
        JsonNode given = create.path("item");
        String itemId = given.path("id").asString("");
        if (itemId.isEmpty()) {
            itemId = options.ids().next("item");
        } else if (conversation.find(itemId).isPresent()) {
            throw InvalidEvent.value("item.id", "An item with this id is already in the conversation.");
        }
        return Item.fromClient(itemId, given, config.inputFormat());
    }

    /** Gives it the place that a {@code conversation.item.create} asks for. */
    void place(Item item, ObjectNode create) throws InvalidEvent {
        String previous = create.path("previous_item_id").asString("");
        if (previous.isEmpty()) {
            conversation.append(item);
        } else {
            conversation.insertAfter(previous, item);
        }
        lines.sendToAll(event("conversation.item.added", item));
        itemClosed(item);
    }

    void retrieve(ObjectNode event) throws InvalidEvent {
        Item item = conversation.require("item_id", event.path("item_id").asString(""));
        ObjectNode answer = Json.object().put("type", "conversation.item.retrieved");
        answer.set("item", item.withAudio());
        lines.sendToAll(answer);
    }

    void truncate(ObjectNode event) throws InvalidEvent {
        Item item = conversation.require("item_id", event.path("item_id").asString(""));
        long end = event.path("audio_end_ms").asLong();
        if (!item.role().equals("assistant") || !item.hasAudio()) {
            throw InvalidEvent.value("item_id", "Only model output audio messages can be truncated.");
        }
        if (event.path("content_index").asInt() != 0) {
            throw InvalidEvent.value("content_index", "There is no audio content at this index.");
        }
        if (end > item.audioMillis()) {
            throw InvalidEvent.value(
                    "audio_end_ms",
                    "Audio content of " + item.audioMillis() + "ms is already shorter than " + end + "ms.");
        }
        item.truncate(end);
        lines.sendToAll(Json.object()
                .put("type", "conversation.item.truncated")
                .put("item_id", item.id)
                .put("content_index", 0)
                .put("audio_end_ms", end));
    }

    void delete(ObjectNode event) throws InvalidEvent {
        Item item = conversation.require("item_id", event.path("item_id").asString(""));
        conversation.remove(item);
        lines.sendToAll(Json.object().put("type", "conversation.item.deleted").put("item_id", item.id));
    }

    /** Makes audio of the input buffer the newest message of the user. */
    void commit(String itemId, byte[] audio) throws InvalidEvent {
        ObjectNode committed =
                Json.object().put("type", "input_audio_buffer.committed").put("item_id", itemId);
        putPrevious(committed, conversation.lastId());
        lines.sendToAll(committed);
        ObjectNode json = Json.object().put("type", "message").put("role", "user");
        json.putArray("content").addObject().put("type", "input_audio").putNull("transcript");
        Item item = Item.fromClient(itemId, json, config.inputFormat());
        item.addAudio(audio);
        itemOpened(item);
        itemClosed(item);
        if (config.transcribesInput()) {
            options.timeline().after(Timeline.YIELD, () -> transcribe(item));
        }
    }

    private void transcribe(Item item) {
        if (!lines.isOver()) {
            new InputTranscription(options.persona(), config, options.ids(), lines::sendToAll).of(item);
        }
    }

    @Override
    public void itemOpened(Item item) {
        conversation.append(item);
        lines.sendToAll(event("conversation.item.added", item));
    }

    @Override
    public void itemClosed(Item item) {
        lines.sendToAll(event("conversation.item.done", item));
    }

    @Override
    public void emit(ObjectNode event) {
        lines.sendToAll(event);
    }

    private ObjectNode event(String type, Item item) {
        ObjectNode event = Json.object().put("type", type);
        putPrevious(event, conversation.before(item));
        event.set("item", item.snapshot());
        return event;
    }

    private static void putPrevious(ObjectNode event, Optional<String> previous) {
        previous.ifPresentOrElse(
                before -> event.put("previous_item_id", before), () -> event.putNull("previous_item_id"));
    }
}
