package dev.antiphon.core;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.Response;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.Unrecognized;
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
        } else if (event instanceof ClientEvent.ResponseCreate) {
            return "response.create";
        }
        return event.getClass().getSimpleName();
    }

    static List<String> names(List<ClientEvent> events) {
        return events.stream().map(Events::name).toList();
    }
}
