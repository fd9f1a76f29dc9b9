package dev.antiphon.testkit.simulation;

import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.Response;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.Role;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.Unrecognized;
import java.util.List;
import java.util.Optional;

/**
 * What the simulated server says, as a value and as JSON.
 *
 * @param type of the event
 * @param eventId its name, unlike that of any other event of the simulation
 * @param subject the item, response, tool call or client event that it is about
 * @param detail the code of an error, {@code handoff} for an item of that channel, else empty
 */
public record ServerSays(String type, String eventId, String subject, String detail) {
    /** A type that no version of the protocol has. */
    static final String STRANGE = "session.weather";

    /** A tool call. */
    static final String TOOL_CALL = "response.output_item.done";

    /** As the adapter of a simulated socket hears it. */
    public ServerEvent toEvent() {
        Envelope envelope = Envelope.of(type, eventId, new RawJson(toJson()));
        return switch (type) {
            case "conversation.item.added" -> new ConversationEvent.ItemAdded(envelope, item(), "");
            case "conversation.item.created" -> new ConversationEvent.ItemCreated(envelope, item(), "");
            case "conversation.item.done" -> new ConversationEvent.ItemDone(envelope, item(), "");
            case TOOL_CALL -> new ResponseEvent.OutputItemDone(envelope, "resp", 0, toolCall());
            case "response.created" -> new ResponseEvent.Created(envelope, response("in_progress"));
            case "response.done" -> new ResponseEvent.Done(envelope, response("completed"));
            case "error" ->
                new ServerError(envelope, new ErrorDetail("invalid_request_error", detail, "no", "", subject));
            default -> new Unrecognized(envelope);
        };
    }

    private Item item() {
        return detail.equals("handoff")
                ? new Item.FunctionCallOutput(subject, "call", "")
                : new Item.Message(subject, Role.USER, List.of(new ContentPart.InputText("")));
    }

    private Item toolCall() {
        return new Item.FunctionCall("item-" + subject, subject, "look", "{}");
    }

    private Response response(String status) {
        return new Response(subject, status, "", "", List.of(), Optional.empty(), new RawJson("{}"));
    }

    /** As it goes over a real wire. */
    public String toJson() {
        String head = "{\"type\":\"" + type + "\",\"event_id\":\"" + eventId + "\"";
        return switch (type) {
            case "conversation.item.added", "conversation.item.created", "conversation.item.done" ->
                head + ",\"previous_item_id\":null,\"item\":" + itemJson() + "}";
            case TOOL_CALL ->
                head + ",\"response_id\":\"resp\",\"output_index\":0,\"item\":{\"id\":\"item-" + subject
                        + "\",\"type\":\"function_call\",\"call_id\":\"" + subject
                        + "\",\"name\":\"look\",\"arguments\":\"{}\"}}";
            case "response.created" ->
                head + ",\"response\":{\"id\":\"" + subject + "\",\"status\":\"in_progress\",\"output\":[]}}";
            case "response.done" ->
                head + ",\"response\":{\"id\":\"" + subject + "\",\"status\":\"completed\",\"output\":[]}}";
            case "error" ->
                head + ",\"error\":{\"type\":\"invalid_request_error\",\"code\":\"" + detail
                        + "\",\"message\":\"no\",\"event_id\":" + (subject.isEmpty() ? "null" : "\"" + subject + "\"")
                        + "}}";
            default -> head + "}";
        };
    }

    private String itemJson() {
        return detail.equals("handoff")
                ? "{\"id\":\"" + subject + "\",\"type\":\"function_call_output\",\"call_id\":\"call\",\"output\":\"\"}"
                : "{\"id\":\"" + subject
                        + "\",\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"\"}]}";
    }
}
