package dev.antiphon.core;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.InputAudioBufferEvent;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.Response;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.TranscriptionEvent;
import dev.antiphon.core.model.Unrecognized;
import dev.antiphon.core.model.Usage;
import java.util.List;
import java.util.Optional;

/** Short forms of events for tests, and short names of what was written. */
final class Events {
    private Events() {}

    static Envelope envelope(String type) {
        return Envelope.of(type, "", new RawJson("{\"type\":\"" + type + "\"}"));
    }

    static ConversationEvent.ItemAdded added(Item item) {
        return new ConversationEvent.ItemAdded(envelope("conversation.item.added"), item, "");
    }

    static ServerError error(String code, String eventId) {
        return new ServerError(envelope("error"), new ErrorDetail("invalid_request_error", code, "no", "", eventId));
    }

    static ResponseEvent.Created created(String id) {
        return new ResponseEvent.Created(envelope("response.created"), response(id));
    }

    static ResponseEvent.Done done(String id) {
        return new ResponseEvent.Done(envelope("response.done"), response(id));
    }

    private static Response response(String id) {
        return new Response(id, "completed", "", "", List.of(), Optional.empty(), new RawJson("{}"));
    }

    static ResponseEvent.Done done(String id, String status, Item... output) {
        return new ResponseEvent.Done(
                envelope("response.done"),
                new Response(id, status, "", "", List.of(output), Optional.empty(), new RawJson("{}")));
    }

    static ResponseEvent.Done done(String id, Usage usage) {
        return new ResponseEvent.Done(
                envelope("response.done"),
                new Response(id, "completed", "", "", List.of(), Optional.of(usage), new RawJson("{}")));
    }

    static Item.FunctionCall call(String callId) {
        return new Item.FunctionCall("item_" + callId, callId, "tool", "{}");
    }

    static ConversationEvent.ItemDone itemDone(Item item, String previousItemId) {
        return new ConversationEvent.ItemDone(envelope("conversation.item.done"), item, previousItemId);
    }

    static ConversationEvent.ItemDone itemDone(Item item) {
        return itemDone(item, "");
    }

    static ConversationEvent.ItemAdded added(String itemId, Role role, String previousItemId) {
        return new ConversationEvent.ItemAdded(
                envelope("conversation.item.added"), new Item.Message(itemId, role, List.of()), previousItemId);
    }

    static ResponseEvent.OutputAudioDelta audio(String itemId, int bytes) {
        return new ResponseEvent.OutputAudioDelta(
                envelope("response.output_audio.delta"), "resp_1", itemId, 0, 0, AudioData.of(new byte[bytes]));
    }

    static ResponseEvent.OutputAudioTranscriptDelta spoken(String itemId, String delta) {
        return new ResponseEvent.OutputAudioTranscriptDelta(
                envelope("response.output_audio_transcript.delta"), "resp_1", itemId, 0, 0, delta);
    }

    static ResponseEvent.OutputAudioTranscriptDone spokenDone(String itemId, String text) {
        return new ResponseEvent.OutputAudioTranscriptDone(
                envelope("response.output_audio_transcript.done"), "resp_1", itemId, 0, 0, text);
    }

    static TranscriptionEvent.Delta heard(String itemId, String delta) {
        return new TranscriptionEvent.Delta(
                envelope("conversation.item.input_audio_transcription.delta"), itemId, 0, delta);
    }

    static TranscriptionEvent.Completed heardDone(String itemId, String text) {
        return new TranscriptionEvent.Completed(
                envelope("conversation.item.input_audio_transcription.completed"), itemId, 0, text);
    }

    static InputAudioBufferEvent.Committed committed(String itemId, String previousItemId) {
        return new InputAudioBufferEvent.Committed(envelope("input_audio_buffer.committed"), itemId, previousItemId);
    }

    static Unrecognized unknown(String type) {
        return new Unrecognized(envelope(type));
    }

    /** What a written event says, in a word. */
    static String name(ClientEvent event) {
        if (event instanceof ClientEvent.SessionUpdate) {
            return "session.update";
        } else if (event instanceof ClientEvent.InputAudioBufferAppend append) {
            return "audio" + append.audio().bytes()[0];
        } else if (event instanceof ClientEvent.ConversationItemCreate create) {
            if (create.item() instanceof Item.FunctionCallOutput output) {
                return output.output();
            } else if (create.item() instanceof Item.Message message
                    && message.content().get(0) instanceof ContentPart.InputText text) {
                return text.text();
            }
        } else if (event instanceof ClientEvent.ConversationItemTruncate truncate) {
            return "truncate " + truncate.itemId() + " " + truncate.audioEndMillis();
        } else if (!event.type().isEmpty()) {
            return event.type();
        }
        return event.getClass().getSimpleName();
    }

    static List<String> names(List<ClientEvent> events) {
        return events.stream().map(Events::name).toList();
    }
}
