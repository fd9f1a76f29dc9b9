package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.InputAudioBufferEvent;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.McpListToolsEvent;
import dev.antiphon.core.model.OutputAudioBufferEvent;
import dev.antiphon.core.model.RateLimitsUpdated;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionEvent;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Server events of the Realtime API by type, one line each; the shapes they share are below. */
final class ServerEventReader {
    /** Reads the events of one type. */
    interface Reader {
        ServerEvent read(Envelope envelope, Members in) throws MalformedEventException;
    }

    private ServerEventReader() {}

    /** The general form of the API, and the event names of its beta. */
    static Map<String, Reader> realtime() {
        Map<String, Reader> by = new HashMap<>();
        by.put("error", (e, in) -> new ServerError(e, error(in.node())));
        by.put("session.created", (e, in) -> new SessionEvent.Created(e, SessionJson.info(in.object("session"))));
        by.put("session.updated", (e, in) -> new SessionEvent.Updated(e, SessionJson.info(in.object("session"))));
        by.put("rate_limits.updated", (e, in) -> new RateLimitsUpdated(e, rateLimits(in)));
        conversation(by);
        TranscriptionReader.register(by);
        audioBuffers(by);
        responses(by);
        tools(by);
        beta(by);
        return Map.copyOf(by);
    }

    private static void conversation(Map<String, Reader> by) {
        by.put(
                "conversation.created",
                (e, in) -> new ConversationEvent.Created(
                        e,
                        in.optionalObject("conversation").map(c -> c.text("id")).orElse("")));
        by.put("conversation.item.added", item(ConversationEvent.ItemAdded::new));
        by.put("conversation.item.done", item(ConversationEvent.ItemDone::new));
        by.put("conversation.item.created", item(ConversationEvent.ItemCreated::new));
        by.put(
                "conversation.item.retrieved",
                (e, in) -> new ConversationEvent.ItemRetrieved(e, ItemJson.read(in.object("item"))));
        by.put(
                "conversation.item.truncated",
                (e, in) -> new ConversationEvent.ItemTruncated(
                        e, in.textIfAny("item_id"), in.indexIfAny("content_index"), in.integerIfAny("audio_end_ms")));
        by.put("conversation.item.deleted", (e, in) -> new ConversationEvent.ItemDeleted(e, in.text("item_id")));
    }

    private static void audioBuffers(Map<String, Reader> by) {
        by.put(
                "input_audio_buffer.speech_started",
                (e, in) -> new InputAudioBufferEvent.SpeechStarted(
                        e, in.textIfAny("item_id"), in.integerIfAny("audio_start_ms")));
        by.put(
                "input_audio_buffer.speech_stopped",
                (e, in) -> new InputAudioBufferEvent.SpeechStopped(
                        e, in.textIfAny("item_id"), in.integerIfAny("audio_end_ms")));
        by.put(
                "input_audio_buffer.committed",
                (e, in) -> new InputAudioBufferEvent.Committed(
                        e, in.textIfAny("item_id"), in.textIfAny("previous_item_id")));
        by.put("input_audio_buffer.cleared", (e, in) -> new InputAudioBufferEvent.Cleared(e));
        by.put(
                "input_audio_buffer.timeout_triggered",
                (e, in) -> new InputAudioBufferEvent.TimeoutTriggered(
                        e,
                        in.textIfAny("item_id"),
                        in.integerIfAny("audio_start_ms"),
                        in.integerIfAny("audio_end_ms")));
        by.put(
                "input_audio_buffer.dtmf_event_received",
                (e, in) -> new InputAudioBufferEvent.DtmfEventReceived(
                        e, in.text("event"), in.integerIfAny("received_at")));
        by.put(
                "output_audio_buffer.started",
                (e, in) -> new OutputAudioBufferEvent.Started(e, in.textIfAny("response_id")));
        by.put(
                "output_audio_buffer.stopped",
                (e, in) -> new OutputAudioBufferEvent.Stopped(e, in.textIfAny("response_id")));
        by.put(
                "output_audio_buffer.cleared",
                (e, in) -> new OutputAudioBufferEvent.Cleared(e, in.textIfAny("response_id")));
    }

    private static void responses(Map<String, Reader> by) {
        by.put("response.created", (e, in) -> new ResponseEvent.Created(e, ResponseJson.read(in.object("response"))));
        by.put("response.done", (e, in) -> new ResponseEvent.Done(e, ResponseJson.read(in.object("response"))));
        by.put("response.output_item.added", outputItem(ResponseEvent.OutputItemAdded::new));
        by.put("response.output_item.done", outputItem(ResponseEvent.OutputItemDone::new));
        by.put("response.content_part.added", part(ResponseEvent.ContentPartAdded::new));
        by.put("response.content_part.done", part(ResponseEvent.ContentPartDone::new));
        by.put("response.output_text.delta", text("delta", ResponseEvent.OutputTextDelta::new));
        by.put("response.output_text.done", text("text", ResponseEvent.OutputTextDone::new));
        by.put("response.output_audio_transcript.delta", text("delta", ResponseEvent.OutputAudioTranscriptDelta::new));
        by.put(
                "response.output_audio_transcript.done",
                text("transcript", ResponseEvent.OutputAudioTranscriptDone::new));
        by.put(
                "response.output_audio.delta",
                (e, in) -> new ResponseEvent.OutputAudioDelta(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.indexIfAny("content_index"),
                        audio(in, "delta")));
        by.put(
                "response.output_audio.done",
                (e, in) -> new ResponseEvent.OutputAudioDone(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.indexIfAny("content_index")));
    }

    private static void tools(Map<String, Reader> by) {
        by.put(
                "response.function_call_arguments.delta",
                (e, in) -> new ResponseEvent.FunctionCallArgumentsDelta(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.textIfAny("call_id"),
                        in.text("delta")));
        by.put(
                "response.function_call_arguments.done",
                (e, in) -> new ResponseEvent.FunctionCallArgumentsDone(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.textIfAny("call_id"),
                        in.textIfAny("name"),
                        in.text("arguments")));
        by.put("response.mcp_call_arguments.delta", mcpArguments("delta", ResponseEvent.McpCallArgumentsDelta::new));
        by.put("response.mcp_call_arguments.done", mcpArguments("arguments", ResponseEvent.McpCallArgumentsDone::new));
        by.put("response.mcp_call.in_progress", mcpCall(ResponseEvent.McpCallInProgress::new));
        by.put("response.mcp_call.completed", mcpCall(ResponseEvent.McpCallCompleted::new));
        by.put("response.mcp_call.failed", mcpCall(ResponseEvent.McpCallFailed::new));
        by.put("mcp_list_tools.in_progress", (e, in) -> new McpListToolsEvent.InProgress(e, in.textIfAny("item_id")));
        by.put("mcp_list_tools.completed", (e, in) -> new McpListToolsEvent.Completed(e, in.textIfAny("item_id")));
        by.put("mcp_list_tools.failed", (e, in) -> new McpListToolsEvent.Failed(e, in.textIfAny("item_id")));
    }

    /** Names of the beta that compatible servers still use. The event keeps the name it came with. */
    private static void beta(Map<String, Reader> by) {
        alias(by, "response.audio.delta", "response.output_audio.delta");
        alias(by, "response.audio.done", "response.output_audio.done");
        alias(by, "response.audio_transcript.delta", "response.output_audio_transcript.delta");
        alias(by, "response.audio_transcript.done", "response.output_audio_transcript.done");
        alias(by, "response.text.delta", "response.output_text.delta");
        alias(by, "response.text.done", "response.output_text.done");
        alias(by, "transcription_session.created", "session.created");
        alias(by, "transcription_session.updated", "session.updated");
    }

    private static void alias(Map<String, Reader> by, String older, String name) {
        by.put(older, by.get(name));
    }

    private interface ItemEvent {
        ServerEvent of(Envelope envelope, Item item, String previousItemId);
    }

    private static Reader item(ItemEvent event) {
        return (e, in) -> event.of(e, ItemJson.read(in.object("item")), in.textIfAny("previous_item_id"));
    }

    private interface OutputItemEvent {
        ServerEvent of(Envelope envelope, String responseId, int outputIndex, Item item);
    }

    private static Reader outputItem(OutputItemEvent event) {
        return (e, in) -> event.of(
                e, in.textIfAny("response_id"), in.indexIfAny("output_index"), ItemJson.read(in.object("item")));
    }

    private interface PartEvent {
        ServerEvent of(
                Envelope envelope,
                String responseId,
                String itemId,
                int outputIndex,
                int contentIndex,
                ContentPart part);
    }

    private static Reader part(PartEvent event) {
        return (e, in) -> event.of(
                e,
                in.textIfAny("response_id"),
                in.textIfAny("item_id"),
                in.indexIfAny("output_index"),
                in.indexIfAny("content_index"),
                PartJson.read(in.object("part")));
    }

    private interface TextEvent {
        ServerEvent of(
                Envelope envelope, String responseId, String itemId, int outputIndex, int contentIndex, String text);
    }

    private static Reader text(String member, TextEvent event) {
        return (e, in) -> event.of(
                e,
                in.textIfAny("response_id"),
                in.textIfAny("item_id"),
                in.indexIfAny("output_index"),
                in.indexIfAny("content_index"),
                in.text(member));
    }

    private interface McpArgumentsEvent {
        ServerEvent of(Envelope envelope, String responseId, String itemId, int outputIndex, String text);
    }

    private static Reader mcpArguments(String member, McpArgumentsEvent event) {
        return (e, in) -> event.of(
                e,
                in.textIfAny("response_id"),
                in.textIfAny("item_id"),
                in.indexIfAny("output_index"),
                in.text(member));
    }

    private interface McpCallEvent {
        ServerEvent of(Envelope envelope, String itemId, int outputIndex);
    }

    private static Reader mcpCall(McpCallEvent event) {
        return (e, in) -> event.of(e, in.textIfAny("item_id"), in.indexIfAny("output_index"));
    }

    static AudioData audio(Members in, String member) throws MalformedEventException {
        String base64 = in.text(member);
        try {
            return AudioData.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            // Not passed on: the decoder's message quotes what it met.
            throw new MalformedEventException(member + " is not base64");
        }
    }

    /** Whatever shape an error has, it is shown: nested, on the top level, or just a text. */
    static ErrorDetail error(JsonNode event) {
        JsonNode error = event.path("error");
        if (error.isObject()) {
            return ResponseJson.error(error);
        }
        String message = error.isString() ? error.stringValue() : Nodes.text(event, "message");
        return new ErrorDetail("", Nodes.text(event, "code"), message, Nodes.text(event, "param"), "");
    }

    private static List<RateLimitsUpdated.RateLimit> rateLimits(Members in) throws MalformedEventException {
        List<RateLimitsUpdated.RateLimit> limits = new ArrayList<>();
        for (JsonNode limit : in.array("rate_limits")) {
            limits.add(new RateLimitsUpdated.RateLimit(
                    Nodes.text(limit, "name"),
                    Nodes.integerOr0(limit, "limit"),
                    Nodes.integerOr0(limit, "remaining"),
                    Nodes.numberOr0(limit, "reset_seconds")));
        }
        return limits;
    }
}
