package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ExtraMembers;
import java.util.Base64;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Client events back from their JSON: the server's side of the codec, for tools that look into recordings. */
final class ClientEventReader {
    /** Reads the events of one type. */
    private interface Reader {
        ClientEvent read(String eventId, Members in) throws MalformedEventException;
    }

    /**
     * An event and what it does not say about its JSON.
     *
     * @param event {@link ClientEvent.Raw} for a type that this version does not know
     * @param extra members on the top level that the typed event has no place for
     */
    record Reading(ClientEvent event, ExtraMembers extra) {
        /** The JSON it was read from, written anew. */
        ObjectNode json() {
            return Extras.apply(extra, event.fold(new ClientEventWriter()));
        }
    }

    private static final Map<String, Reader> READERS = Map.ofEntries(
            Map.entry(
                    "session.update",
                    (id, in) -> new ClientEvent.SessionUpdate(id, SessionJson.read(in.object("session")))),
            Map.entry("input_audio_buffer.append", (id, in) -> new ClientEvent.InputAudioBufferAppend(id, audio(in))),
            Map.entry("input_audio_buffer.commit", (id, in) -> new ClientEvent.InputAudioBufferCommit(id)),
            Map.entry("input_audio_buffer.clear", (id, in) -> new ClientEvent.InputAudioBufferClear(id)),
            Map.entry(
                    "conversation.item.create",
                    (id, in) -> new ClientEvent.ConversationItemCreate(
                            id, in.optionalText("previous_item_id"), ItemJson.read(in.object("item")))),
            Map.entry(
                    "conversation.item.retrieve",
                    (id, in) -> new ClientEvent.ConversationItemRetrieve(id, in.text("item_id"))),
            Map.entry(
                    "conversation.item.truncate",
                    (id, in) -> new ClientEvent.ConversationItemTruncate(
                            id, in.text("item_id"), in.index("content_index"), in.integer("audio_end_ms"))),
            Map.entry(
                    "conversation.item.delete",
                    (id, in) -> new ClientEvent.ConversationItemDelete(id, in.text("item_id"))),
            Map.entry(
                    "response.create",
                    (id, in) -> new ClientEvent.ResponseCreate(
                            id, in.optionalObject("response").map(ResponseConfigJson::read))),
            Map.entry(
                    "response.cancel", (id, in) -> new ClientEvent.ResponseCancel(id, in.optionalText("response_id"))),
            Map.entry("output_audio_buffer.clear", (id, in) -> new ClientEvent.OutputAudioBufferClear(id)));

    private ClientEventReader() {}

    static Reading read(ObjectNode json) throws MalformedEventException {
        String type = Json.typeOf(json);
        Reader reader = READERS.get(type);
        if (reader == null) {
            return new Reading(new ClientEvent.Raw("", Nodes.raw(json)), ExtraMembers.NONE);
        }
        Members in = Members.ofClient(type, json);
        try {
            ClientEvent event = reader.read(in.textIfAny("event_id"), in);
            if (!in.problems().isEmpty()) {
                throw new MalformedEventException(type + ": " + in.problems().get(0));
            }
            return new Reading(event, in.rest());
        } catch (IllegalArgumentException refused) {
            // Our own events name the member that breaks a rule, without its value.
            throw new MalformedEventException(type + ": " + refused.getMessage());
        }
    }

    /** Decoded to see that it is base64, kept as it came: padding may be left out. */
    private static Base64Audio audio(Members in) throws MalformedEventException {
        String base64 = in.text("audio");
        try {
            Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException("audio is not base64");
        }
        return new Base64Audio(base64);
    }
}
