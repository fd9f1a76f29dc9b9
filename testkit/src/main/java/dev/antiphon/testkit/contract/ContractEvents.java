package dev.antiphon.testkit.contract;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.Unrecognized;
import dev.antiphon.core.port.EventText;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * As much of the protocol as the contract speaks, for an adapter that has no codec of its own yet. What it reads
 * it hands on as it came. In production use {@code Dialects.realtime().codec()} of {@code
 * antiphon-transport-websocket}, which reads and writes all events.
 */
public final class ContractEvents implements EventText {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public String encode(ClientEvent event) {
        ObjectNode json = JSON.createObjectNode().put("type", event.type()).put("event_id", event.eventId());
        if (event instanceof ClientEvent.Raw raw) {
            return object(raw.json().text()).toString();
        } else if (event instanceof ClientEvent.SessionUpdate update) {
            ObjectNode session =
                    json.putObject("session").put("type", update.session().kind());
            update.session().instructions().ifPresent(text -> session.put("instructions", text));
        } else if (event instanceof ClientEvent.InputAudioBufferAppend append) {
            json.put("audio", Base64.getEncoder().encodeToString(append.audio().bytes()));
        } else if (event instanceof ClientEvent.ConversationItemCreate create) {
            encode(create.item(), json.putObject("item").put("id", create.item().id()));
        } else if (!(event instanceof ClientEvent.ResponseCreate)) {
            throw new IllegalArgumentException("the contract does not need " + event.type());
        }
        return json.toString();
    }

    private static void encode(Item item, ObjectNode json) {
        if (item instanceof Item.FunctionCallOutput output) {
            json.put("type", "function_call_output")
                    .put("call_id", output.callId())
                    .put("output", output.output());
        } else if (item instanceof Item.Message message) {
            json.put("type", "message").put("role", message.role().wire());
            ArrayNode content = json.putArray("content");
            for (ContentPart part : message.content()) {
                if (part instanceof ContentPart.InputText text) {
                    content.addObject().put("type", "input_text").put("text", text.text());
                }
            }
        } else {
            throw new IllegalArgumentException("the contract writes messages of text and outputs of functions");
        }
    }

    @Override
    public ServerEvent decode(String text) {
        try {
            JsonNode event = object(text);
            return new Unrecognized(Envelope.of(
                    event.path("type").asString(""), event.path("event_id").asString(""), new RawJson(text)));
        } catch (IllegalArgumentException malformed) {
            Envelope envelope = new Envelope("", "", () -> new RawJson(text));
            return new DecodeError(envelope, "not a JSON object", text.length());
        }
    }

    private static JsonNode object(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            if (json.isObject()) {
                return json;
            }
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("not JSON", malformed);
        }
        throw new IllegalArgumentException("not a JSON object");
    }
}
