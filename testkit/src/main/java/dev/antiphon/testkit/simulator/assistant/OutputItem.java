package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.audio.WireAudio;
import dev.antiphon.testkit.simulator.persona.McpServer;
import java.util.Base64;
import tools.jackson.databind.node.ObjectNode;

/**
 * One output of a response while it is being streamed. It knows which {@code .done} events are still owed,
 * so that a response that is cut off closes its parts as properly as one that completes.
 */
final class OutputItem {
    /** Where the events of an output go. */
    interface Target {
        void emit(ObjectNode event);

        void itemOpened(Item item);

        void itemClosed(Item item);
    }

    private final Target target;
    private final Item item;
    private final String responseId;
    private final int outputIndex;
    private final StringBuilder text = new StringBuilder();
    private final WireAudio wireFormat;
    private long streamedMillis;
    private boolean spoken;
    private boolean partOpen;
    private boolean argumentsClosed;
    private boolean mcpRunning;

    OutputItem(Target target, Item item, WireAudio wireFormat, String responseId, int outputIndex) {
        this.target = target;
        this.item = item;
        this.wireFormat = wireFormat;
        this.responseId = responseId;
        this.outputIndex = outputIndex;
    }

    static ObjectNode message(String id) {
        ObjectNode json = itemJson(id, "message");
        json.put("role", "assistant");
        json.putArray("content");
        return json;
    }

    static ObjectNode functionCall(String id, String callId, String name) {
        ObjectNode json = itemJson(id, "function_call");
        json.put("name", name);
        json.put("call_id", callId);
        json.put("arguments", "");
        return json;
    }

    static ObjectNode mcpCall(String id, McpTools.Offer tool, String approvalRequestId) {
        ObjectNode json = mcpItem(id, "mcp_call", tool);
        if (approvalRequestId.isEmpty()) {
            json.putNull("approval_request_id");
        } else {
            json.put("approval_request_id", approvalRequestId);
        }
        return json.put("arguments", "").putNull("output").putNull("error");
    }

    static ObjectNode approvalRequest(String id, McpTools.Offer tool, String arguments) {
        return mcpItem(id, "mcp_approval_request", tool).put("arguments", arguments);
    }

    private static ObjectNode mcpItem(String id, String type, McpTools.Offer tool) {
        return Json.object()
                .put("id", id)
                .put("type", type)
                .put("server_label", tool.label())
                .put("name", tool.tool().name());
    }

    private static ObjectNode itemJson(String id, String type) {
        ObjectNode json = Json.object();
        json.put("id", id);
        json.put("object", "realtime.item");
        json.put("type", type);
        json.put("status", "in_progress");
        return json;
    }

    Item item() {
        return item;
    }

    void open() {
        ObjectNode event = event("response.output_item.added");
        event.remove("item_id");
        event.set("item", item.snapshot());
        target.emit(event);
        target.itemOpened(item);
    }

    void openPart(boolean asSpeech) {
        spoken = asSpeech;
        partOpen = true;
        ObjectNode event = partEvent("response.content_part.added");
        event.set("part", part());
        target.emit(event);
    }

    void textDelta(String delta) {
        text.append(delta);
        target.emit(partEvent(spoken ? "response.output_audio_transcript.delta" : "response.output_text.delta")
                .put("delta", delta));
    }

    void audioDelta(byte[] wire) {
        item.addAudio(wire);
        streamedMillis += wireFormat.millisOf(wire.length);
        target.emit(partEvent("response.output_audio.delta")
                .put("delta", Base64.getEncoder().encodeToString(wire)));
    }

    void argumentsDelta(String delta) {
        text.append(delta);
        if (isMcpCall()) {
            target.emit(event("response.mcp_call_arguments.delta").put("delta", delta));
        } else {
            target.emit(event("response.function_call_arguments.delta")
                    .put("call_id", item.json.path("call_id").asString(""))
                    .put("delta", delta));
        }
    }

    /** The arguments of an MCP call are complete: the server has it now. */
    void mcpBegun() {
        argumentsClosed = true;
        mcpRunning = true;
        item.json.put("arguments", text.toString());
        target.emit(event("response.mcp_call_arguments.done").put("arguments", text.toString()));
        target.emit(mcpEvent("in_progress"));
    }

    /** The server has answered. */
    void mcpAnswered(McpServer.Answer answer) {
        mcpRunning = false;
        if (answer.error().isPresent()) {
            ObjectNode error =
                    item.json.putObject("error").put("type", answer.error().get());
            answer.code().ifPresent(code -> error.put("code", code));
            error.put("message", answer.text());
        } else {
            item.json.put("output", answer.text());
        }
        target.emit(mcpEvent(answer.error().isPresent() ? "failed" : "completed"));
    }

    private ObjectNode mcpEvent(String what) {
        ObjectNode event = event("response.mcp_call." + what);
        event.remove("response_id");
        return event;
    }

    private boolean isMcpCall() {
        return item.type().equals("mcp_call");
    }

    /** @param complete false when the output was cut off */
    void close(boolean complete) {
        if (item.type().equals("function_call")) {
            item.json.put("arguments", text.toString());
            target.emit(event("response.function_call_arguments.done")
                    .put("call_id", item.json.path("call_id").asString(""))
                    .put("name", item.json.path("name").asString(""))
                    .put("arguments", text.toString()));
        } else if (isMcpCall()) {
            closeMcpCall();
        } else if (partOpen) {
            closePart();
        }
        if (item.json.has("status")) {
            item.json.put("status", complete ? "completed" : "incomplete");
        }
        ObjectNode event = event("response.output_item.done");
        event.remove("item_id");
        event.set("item", item.snapshot());
        target.emit(event);
        target.itemClosed(item);
    }

    private void closeMcpCall() {
        if (!argumentsClosed) {
            item.json.put("arguments", text.toString());
            target.emit(event("response.mcp_call_arguments.done").put("arguments", text.toString()));
        } else if (mcpRunning) {
            mcpAnswered(McpServer.Answer.toolFailed("The response was cut off."));
        }
    }

    private void closePart() {
        partOpen = false;
        if (spoken) {
            target.emit(partEvent("response.output_audio.done"));
            target.emit(partEvent("response.output_audio_transcript.done").put("transcript", text.toString()));
        } else {
            target.emit(partEvent("response.output_text.done").put("text", text.toString()));
        }
        ObjectNode done = partEvent("response.content_part.done");
        done.set("part", part());
        target.emit(done);
        ObjectNode content = Json.object();
        content.put("type", spoken ? "output_audio" : "output_text");
        content.put(spoken ? "transcript" : "text", text.toString());
        item.json.putArray("content").add(content);
    }

    /** Part events say {@code audio} and {@code text} where items say {@code output_audio} and {@code output_text}. */
    private ObjectNode part() {
        ObjectNode part = Json.object();
        part.put("type", spoken ? "audio" : "text");
        part.put(spoken ? "transcript" : "text", text.toString());
        return part;
    }

    private ObjectNode partEvent(String type) {
        return event(type).put("content_index", 0);
    }

    private ObjectNode event(String type) {
        ObjectNode event = Json.object();
        event.put("type", type);
        event.put("response_id", responseId);
        event.put("item_id", item.id);
        event.put("output_index", outputIndex);
        return event;
    }

    int textTokens() {
        return (text.length() + 3) / 4;
    }

    /** Twenty tokens for a second of speech. */
    int audioTokens() {
        return (int) ((streamedMillis + 49) / 50);
    }

    long audioMillis() {
        return streamedMillis;
    }
}
