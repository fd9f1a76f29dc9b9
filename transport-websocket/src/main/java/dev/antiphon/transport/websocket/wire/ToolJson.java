package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.McpServer;
import dev.antiphon.core.model.Tool;
import dev.antiphon.core.model.ToolApproval;
import dev.antiphon.core.model.ToolChoice;
import dev.antiphon.core.model.ToolFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tools, and which of them the model may use. */
final class ToolJson {
    private ToolJson() {}

    static List<Tool> readAll(Fields in, JsonNode list) {
        List<Tool> tools = new ArrayList<>();
        for (JsonNode tool : list) {
            tools.add(read(in.element("tools", tool)));
        }
        return tools;
    }

    private static Tool read(Fields in) {
        String type = in.text("type");
        try {
            return switch (type) {
                case "function" ->
                    new Tool.Function(in.text("name"), in.anyText("description"), in.raw("parameters"), in.rest());
                case "mcp" -> mcp(in);
                default -> new Tool.UnrecognizedTool(type, in.whole());
            };
        } catch (IllegalArgumentException refused) {
            // A tool that we would not send; a server may still show it.
            return new Tool.UnrecognizedTool(type, in.whole());
        }
    }

    private static McpServer mcp(Fields in) {
        return new McpServer(
                in.text("server_label"),
                in.anyText("server_url"),
                in.anyText("connector_id"),
                in.anyText("tunnel_id"),
                in.anyText("authorization"),
                headers(in),
                in.anyText("server_description"),
                allowedTools(in),
                in.texts("allowed_callers"),
                approval(in),
                in.flag("defer_loading"),
                in.rest());
    }

    private static Optional<Map<String, String>> headers(Fields in) {
        JsonNode headers = in.get("headers");
        if (!(headers instanceof ObjectNode)) {
            return Optional.empty();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header : headers.properties()) {
            if (!header.getValue().isString()) {
                return Optional.empty();
            }
            texts.put(header.getKey(), header.getValue().stringValue());
        }
        in.markTaken("headers");
        return Optional.of(texts);
    }

    /** Either a list of names or a filter object. */
    private static Optional<ToolFilter> allowedTools(Fields in) {
        Optional<List<String>> names = in.texts("allowed_tools");
        if (names.isPresent()) {
            return Optional.of(new ToolFilter(names, Optional.empty()));
        }
        Optional<ToolFilter> filter = filter(in.object("allowed_tools"));
        if (filter.isPresent() && filter.get().readOnly().isEmpty()) {
            // We would write a list; the object stays as it is in the rest.
            in.release("allowed_tools");
        }
        return filter;
    }

    private static Optional<ToolFilter> filter(Fields in) {
        return in.isObject()
                ? Optional.of(new ToolFilter(in.represented().texts("tool_names"), in.flag("read_only")))
                : Optional.empty();
    }

    private static Optional<ToolApproval> approval(Fields in) {
        Optional<String> policy = in.optionalText("require_approval");
        if (policy.isPresent()) {
            return Optional.of(new ToolApproval(policy.get(), Optional.empty(), Optional.empty()));
        }
        Fields filters = in.object("require_approval");
        return filters.isObject()
                ? Optional.of(ToolApproval.filtered(
                        filter(filters.represented().object("always")), filter(filters.object("never"))))
                : Optional.empty();
    }

    static ArrayNode write(List<Tool> tools) {
        ArrayNode array = Json.array();
        tools.forEach(tool -> array.add(tool.fold(new Writer())));
        return array;
    }

    private static final class Writer implements Tool.Fold<JsonNode> {
        @Override
        public JsonNode function(Tool.Function tool) {
            ObjectNode json = Json.object().put("type", "function").put("name", tool.name());
            tool.description().ifPresent(text -> json.put("description", text));
            tool.parameters().ifPresent(schema -> json.set("parameters", Json.trusted(schema)));
            return Extras.apply(tool.extra(), json);
        }

        @Override
        public JsonNode mcp(McpServer tool) {
            ObjectNode json = Json.object().put("type", "mcp").put("server_label", tool.serverLabel());
            tool.serverUrl().ifPresent(url -> json.put("server_url", url));
            tool.connectorId().ifPresent(id -> json.put("connector_id", id));
            tool.tunnelId().ifPresent(id -> json.put("tunnel_id", id));
            tool.authorization().ifPresent(token -> json.put("authorization", token));
            tool.headers().ifPresent(headers -> headers.forEach(json.putObject("headers")::put));
            tool.serverDescription().ifPresent(text -> json.put("server_description", text));
            tool.allowedTools().ifPresent(filter -> json.set("allowed_tools", allowed(filter)));
            tool.allowedCallers().ifPresent(callers -> json.set("allowed_callers", AudioJson.texts(callers)));
            tool.requireApproval().ifPresent(approval -> write(json, approval));
            tool.deferLoading().ifPresent(defer -> json.put("defer_loading", defer));
            return Extras.apply(tool.extra(), json);
        }

        @Override
        public JsonNode unrecognized(Tool.UnrecognizedTool tool) {
            return Json.trusted(tool.raw());
        }

        private static JsonNode allowed(ToolFilter filter) {
            return filter.readOnly().isEmpty() && filter.toolNames().isPresent()
                    ? AudioJson.texts(filter.toolNames().get())
                    : object(filter);
        }

        private static ObjectNode object(ToolFilter filter) {
            ObjectNode json = Json.object();
            filter.toolNames().ifPresent(names -> json.set("tool_names", AudioJson.texts(names)));
            filter.readOnly().ifPresent(readOnly -> json.put("read_only", readOnly));
            return json;
        }

        private static void write(ObjectNode json, ToolApproval approval) {
            if (!approval.policy().isEmpty()) {
                json.put("require_approval", approval.policy());
                return;
            }
            ObjectNode filters = json.putObject("require_approval");
            approval.always().ifPresent(filter -> filters.set("always", object(filter)));
            approval.never().ifPresent(filter -> filters.set("never", object(filter)));
        }
    }

    /** @throws IllegalArgumentException if the mode needs more than a word */
    static ToolChoice mode(String mode) {
        return new ToolChoice(mode, Optional.empty(), Optional.empty());
    }

    /** @throws IllegalArgumentException if the choice names nothing or lacks what its mode needs */
    static ToolChoice choice(Fields in) {
        ToolChoice choice = new ToolChoice(in.text("type"), in.anyText("name"), in.anyText("server_label"));
        if (choice.name().isEmpty() && choice.serverLabel().isEmpty()) {
            throw new IllegalArgumentException("tool_choice: an object that names no tool");
        }
        return choice;
    }

    /** A mode, or an object that names a tool. */
    static JsonNode write(ToolChoice choice) {
        ObjectNode json = Json.object().put("type", choice.mode());
        if (choice.name().isEmpty() && choice.serverLabel().isEmpty()) {
            return json.path("type");
        }
        choice.serverLabel().ifPresent(label -> json.put("server_label", label));
        choice.name().ifPresent(name -> json.put("name", name));
        return json;
    }
}
