package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ContentPart;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.McpError;
import dev.antiphon.core.model.McpTool;
import dev.antiphon.core.model.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Conversation items. */
final class ItemJson {
    private ItemJson() {}

    static Item read(Fields in) {
        String id = in.text("id");
        String type = in.text("type");
        return switch (type) {
            case "message" ->
                new Item.Message(id, in.text("status"), new Role(in.requiredText("role")), parts(in), in.rest());
            case "function_call" ->
                new Item.FunctionCall(
                        id,
                        in.text("status"),
                        in.text("call_id"),
                        in.requiredText("name"),
                        in.requiredText("arguments"),
                        in.rest());
            case "function_call_output" ->
                new Item.FunctionCallOutput(
                        id, in.text("status"), in.requiredText("call_id"), in.requiredText("output"), in.rest());
            case "mcp_list_tools" ->
                new Item.McpListTools(id, in.requiredText("server_label"), mcpTools(in), in.rest());
            case "mcp_call" ->
                new Item.McpCall(
                        id,
                        in.requiredText("server_label"),
                        in.requiredText("name"),
                        in.requiredText("arguments"),
                        in.anyText("approval_request_id"),
                        in.anyText("output"),
                        mcpError(in),
                        in.rest());
            case "mcp_approval_request" ->
                new Item.McpApprovalRequest(
                        id,
                        in.requiredText("server_label"),
                        in.requiredText("name"),
                        in.requiredText("arguments"),
                        in.rest());
            case "mcp_approval_response" ->
                new Item.McpApprovalResponse(
                        id,
                        in.requiredText("approval_request_id"),
                        in.requiredFlag("approve"),
                        in.anyText("reason"),
                        in.rest());
            default -> {
                if (type.equals("item_reference") && in.node().size() == 2 && !id.isEmpty()) {
                    in.rest();
                    yield new Item.Reference(id);
                }
                yield new Item.UnrecognizedItem(id, type, in.whole());
            }
        };
    }

    /** Elements of a list that are no objects are left out; the raw event has them. */
    static List<Item> readAll(Fields in, String name) {
        List<Item> items = new ArrayList<>();
        for (JsonNode element : in.elements(name)) {
            if (element instanceof ObjectNode item) {
                items.add(read(in.element(name, item)));
            } else {
                in.release(name);
            }
        }
        return items;
    }

    private static List<ContentPart> parts(Fields message) {
        List<ContentPart> parts = new ArrayList<>();
        for (JsonNode part : message.requiredElements("content")) {
            parts.add(
                    part instanceof ObjectNode object
                            ? PartJson.read(message.element("content", object))
                            : new ContentPart.UnrecognizedPart("", Nodes.raw(part)));
        }
        return parts;
    }

    private static List<McpTool> mcpTools(Fields list) {
        List<McpTool> tools = new ArrayList<>();
        for (JsonNode element : list.requiredElements("tools")) {
            Fields tool = list.element("tools", element);
            tools.add(new McpTool(
                    tool.requiredText("name"),
                    tool.anyText("description"),
                    tool.raw("input_schema"),
                    tool.raw("annotations")));
            if (!tool.rest().isEmpty()) {
                // A listed tool has no place for extra members, so the whole list stays in the rest.
                list.release("tools");
            }
        }
        return tools;
    }

    private static Optional<McpError> mcpError(Fields call) {
        Fields error = call.object("error");
        return error.isObject()
                ? Optional.of(
                        new McpError(error.text("type"), error.represented().integer("code"), error.text("message")))
                : Optional.empty();
    }

    static JsonNode write(Item item) {
        return item.fold(new Writer());
    }

    private static final class Writer implements Item.Fold<JsonNode> {
        @Override
        public JsonNode message(Item.Message item) {
            ObjectNode json = begin("message", item.id(), item.status());
            json.put("role", item.role().wire());
            ArrayNode content = json.putArray("content");
            item.content().forEach(part -> content.add(PartJson.write(part)));
            return Extras.apply(item.extra(), json);
        }

        @Override
        public JsonNode functionCall(Item.FunctionCall item) {
            ObjectNode json = begin("function_call", item.id(), item.status());
            if (!item.callId().isEmpty()) {
                json.put("call_id", item.callId());
            }
            json.put("name", item.name()).put("arguments", item.arguments());
            return Extras.apply(item.extra(), json);
        }

        @Override
        public JsonNode functionCallOutput(Item.FunctionCallOutput item) {
            ObjectNode json = begin("function_call_output", item.id(), item.status());
            json.put("call_id", item.callId()).put("output", item.output());
            return Extras.apply(item.extra(), json);
        }

        @Override
        public JsonNode mcpListTools(Item.McpListTools item) {
            ObjectNode json = begin("mcp_list_tools", item.id(), "").put("server_label", item.serverLabel());
            ArrayNode tools = json.putArray("tools");
            for (McpTool tool : item.tools()) {
                ObjectNode entry = tools.addObject().put("name", tool.name());
                tool.description().ifPresent(text -> entry.put("description", text));
                tool.inputSchema().ifPresent(schema -> entry.set("input_schema", Json.trusted(schema)));
                tool.annotations().ifPresent(hints -> entry.set("annotations", Json.trusted(hints)));
            }
            return Extras.apply(item.extra(), json);
        }

        @Override
        public JsonNode mcpCall(Item.McpCall item) {
            ObjectNode json = begin("mcp_call", item.id(), "")
                    .put("server_label", item.serverLabel())
                    .put("name", item.name())
                    .put("arguments", item.arguments());
            item.approvalRequestId().ifPresent(id -> json.put("approval_request_id", id));
            item.output().ifPresent(output -> json.put("output", output));
            item.error().ifPresent(error -> {
                ObjectNode object = json.putObject("error");
                putUnlessEmpty(object, "type", error.type());
                error.code().ifPresent(code -> object.put("code", code));
                putUnlessEmpty(object, "message", error.message());
            });
            return Extras.apply(item.extra(), json);
        }

        @Override
        public JsonNode mcpApprovalRequest(Item.McpApprovalRequest item) {
            ObjectNode json = begin("mcp_approval_request", item.id(), "")
                    .put("server_label", item.serverLabel())
                    .put("name", item.name())
                    .put("arguments", item.arguments());
            return Extras.apply(item.extra(), json);
        }

        @Override
        public JsonNode mcpApprovalResponse(Item.McpApprovalResponse item) {
            ObjectNode json = begin("mcp_approval_response", item.id(), "")
                    .put("approval_request_id", item.approvalRequestId())
                    .put("approve", item.approve());
            item.reason().ifPresent(reason -> json.put("reason", reason));
            return Extras.apply(item.extra(), json);
        }

        @Override
        public JsonNode reference(Item.Reference item) {
            return begin("item_reference", item.id(), "");
        }

        @Override
        public JsonNode unrecognized(Item.UnrecognizedItem item) {
            return Json.trustedObject(item.raw());
        }

        private static ObjectNode begin(String type, String id, String status) {
            ObjectNode json = Json.object();
            putUnlessEmpty(json, "id", id);
            json.put("type", type);
            putUnlessEmpty(json, "status", status);
            return json;
        }

        private static void putUnlessEmpty(ObjectNode json, String name, String text) {
            if (!text.isEmpty()) {
                json.put(name, text);
            }
        }
    }
}
