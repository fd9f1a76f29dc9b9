package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.SessionConfig;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Client events as codex V1 sends them: five types, without event ids. */
final class CodexV1Writer implements ClientEvent.Fold<ObjectNode> {
    static String unknown(ClientEvent event) {
        return event.type() + " does not exist in the dialect codex-v1";
    }

    @Override
    public ObjectNode sessionUpdate(ClientEvent.SessionUpdate event) {
        ObjectNode json = typed(event.type());
        json.set("session", session(event.session(), false));
        return json;
    }

    /** No tools, no turn detection; a session that only transcribes is a conversation here. */
    static ObjectNode session(SessionConfig session, boolean withModel) {
        ObjectNode json = typed("quicksilver");
        if (withModel) {
            session.model().ifPresent(model -> json.put("model", model));
        }
        session.instructions().ifPresent(text -> json.put("instructions", text));
        ObjectNode audio = json.putObject("audio");
        audio.putObject("input")
                .set("format", AudioJson.write(session.inputFormat().orElse(AudioFormat.PCM16)));
        session.voice().ifPresent(voice -> audio.putObject("output").set("voice", AudioJson.write(voice)));
        return json;
    }

    @Override
    public ObjectNode inputAudioBufferAppend(ClientEvent.InputAudioBufferAppend event) {
        return typed(event.type()).put("audio", PartJson.base64(event.audio()));
    }

    @Override
    public ObjectNode conversationItemCreate(ClientEvent.ConversationItemCreate event) {
        if (event.item() instanceof Item.FunctionCallOutput output) {
            return typed("conversation.handoff.append")
                    .put("handoff_id", output.callId())
                    .put("output_text", output.output());
        }
        if (event.item() instanceof Item.Message message) {
            ObjectNode json = typed(event.type());
            ObjectNode item = json.putObject("item").put("type", "message");
            item.put("role", message.role().wire());
            ArrayNode content = item.putArray("content");
            message.content()
                    .forEach(part ->
                            content.addObject().put("type", "input_text").put("text", text(part)));
            return json;
        }
        throw new IllegalArgumentException(
                "an item other than a message or a hand-off output does not exist in the dialect codex-v1");
    }

    private static String text(ContentPart part) {
        if (part instanceof ContentPart.InputText input) {
            return input.text();
        }
        if (part instanceof ContentPart.OutputText output) {
            return output.text();
        }
        throw new IllegalArgumentException("a message part other than text does not exist in the dialect codex-v1");
    }

    @Override
    public ObjectNode raw(ClientEvent.Raw event) {
        return Json.trustedObject(event.json());
    }

    @Override
    public ObjectNode inputAudioBufferCommit(ClientEvent.InputAudioBufferCommit event) {
        throw refused(event);
    }

    @Override
    public ObjectNode inputAudioBufferClear(ClientEvent.InputAudioBufferClear event) {
        throw refused(event);
    }

    @Override
    public ObjectNode conversationItemRetrieve(ClientEvent.ConversationItemRetrieve event) {
        throw refused(event);
    }

    @Override
    public ObjectNode conversationItemTruncate(ClientEvent.ConversationItemTruncate event) {
        throw refused(event);
    }

    @Override
    public ObjectNode conversationItemDelete(ClientEvent.ConversationItemDelete event) {
        throw refused(event);
    }

    @Override
    public ObjectNode responseCreate(ClientEvent.ResponseCreate event) {
        throw refused(event);
    }

    @Override
    public ObjectNode responseCancel(ClientEvent.ResponseCancel event) {
        throw refused(event);
    }

    @Override
    public ObjectNode outputAudioBufferClear(ClientEvent.OutputAudioBufferClear event) {
        throw refused(event);
    }

    private static IllegalArgumentException refused(ClientEvent event) {
        return new IllegalArgumentException(unknown(event));
    }

    private static ObjectNode typed(String type) {
        return Json.object().put("type", type);
    }
}
