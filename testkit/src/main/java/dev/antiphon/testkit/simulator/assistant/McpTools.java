package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.audio.WireAudio;
import dev.antiphon.testkit.simulator.persona.McpServer;
import dev.antiphon.testkit.simulator.persona.McpServer.Answer;
import dev.antiphon.testkit.simulator.persona.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The MCP servers of one session: which were asked for their tools, what they offer, and which calls wait for
 * the client's approval. A tool is known to a persona as {@code LABEL/NAME}, which no function can be called.
 *
 * <p>Confined to the simulator's thread.
 */
final class McpTools {
    /** A tool as it may be called. */
    record Offer(String label, McpServer.Tool tool, boolean needsApproval) {
        Answer call(String arguments) {
            try {
                return tool.action().apply(arguments);
            } catch (RuntimeException e) {
                return Answer.toolFailed(String.valueOf(e.getMessage()));
            }
        }
    }

    /** A call that waits for approval, and what the assistant meant to say after it. */
    record Waiting(Reply.ToolCall call, Reply afterwards) {}

    /** The conversation around the listings. */
    interface Host {
        void itemOpened(Item item);

        void itemClosed(Item item);

        void emit(ObjectNode event);
    }

    private final SessionOptions options;
    private final Host host;
    private final Map<String, List<McpServer.Tool>> offered = new HashMap<>();
    private final Map<String, Waiting> waiting = new HashMap<>();

    McpTools(SessionOptions options, Host host) {
        this.options = options;
        this.host = host;
    }

    /** Asks those servers for their tools that were not asked before. */
    void discover(JsonNode tools) {
        for (JsonNode tool : tools) {
            if (isMcp(tool) && offered.putIfAbsent(labelOf(tool), List.of()) == null) {
                list(tool);
            }
        }
    }

    private void list(JsonNode tool) {
        String label = labelOf(tool);
        ObjectNode json = Json.object();
        json.put("id", options.ids().next("mcpl"));
        json.put("type", "mcp_list_tools");
        json.put("server_label", label);
        ArrayNode names = json.putArray("tools");
        Item item = new Item(json.path("id").asString(""), json, WireAudio.PCM);
        host.itemOpened(item);
        emit("in_progress", item);
        options.timeline().after(Timeline.YIELD, () -> {
            Optional<McpServer> server =
                    Optional.ofNullable(options.mcpServers().get(label));
            server.ifPresent(known -> {
                List<McpServer.Tool> allowed = known.tools().stream()
                        .filter(one -> isNamed(tool.path("allowed_tools"), one.name(), true))
                        .toList();
                offered.put(label, allowed);
                allowed.forEach(one -> names.add(describe(one)));
            });
            emit(server.isPresent() ? "completed" : "failed", item);
            host.itemClosed(item);
        });
    }

    private void emit(String what, Item item) {
        host.emit(Json.object().put("type", "mcp_list_tools." + what).put("item_id", item.id));
    }

    private static ObjectNode describe(McpServer.Tool tool) {
        ObjectNode json = Json.object().put("name", tool.name()).put("description", tool.description());
        try {
            json.set("input_schema", Json.parseObject(tool.inputSchema()));
        } catch (InvalidEvent e) {
            throw new IllegalStateException("the input schema of " + tool.name() + " is no JSON object", e);
        }
        return json.putNull("annotations");
    }

    /** What may be called with these tools in force. */
    List<String> names(JsonNode tools) {
        List<String> names = new ArrayList<>();
        for (JsonNode tool : tools) {
            if (isMcp(tool)) {
                offered.getOrDefault(labelOf(tool), List.of())
                        .forEach(one -> names.add(labelOf(tool) + "/" + one.name()));
            }
        }
        return names;
    }

    /** The tool of this name, with these in force. */
    Optional<Offer> find(String name, JsonNode tools) {
        for (JsonNode tool : tools) {
            String prefix = labelOf(tool) + "/";
            if (isMcp(tool) && name.startsWith(prefix)) {
                String bare = name.substring(prefix.length());
                return offered.getOrDefault(labelOf(tool), List.of()).stream()
                        .filter(one -> one.name().equals(bare))
                        .findFirst()
                        .map(one -> new Offer(labelOf(tool), one, needsApproval(tool.path("require_approval"), bare)));
            }
        }
        return Optional.empty();
    }

    /** Everything needs approval unless the session says otherwise. */
    private static boolean needsApproval(JsonNode rule, String name) {
        if (rule.isObject()) {
            return !isNamed(rule.path("never"), name, false);
        }
        return !rule.asString("always").equals("never");
    }

    /** @param otherwise the answer where there is no list of names */
    private static boolean isNamed(JsonNode filter, String name, boolean otherwise) {
        JsonNode names = filter.isArray() ? filter : filter.path("tool_names");
        return names.isArray()
                ? names.valueStream().anyMatch(one -> one.asString("").equals(name))
                : otherwise;
    }

    void await(String requestId, Waiting call) {
        waiting.put(requestId, call);
    }

    /** Takes the call that waits for this approval; empty if the client refused it. */
    Optional<Waiting> answered(JsonNode response) throws InvalidEvent {
        Waiting call = waiting.remove(response.path("approval_request_id").asString(""));
        if (call == null) {
            throw InvalidEvent.value("item.approval_request_id", "No tool call waits for this approval.");
        }
        return response.path("approve").asBoolean(false) ? Optional.of(call) : Optional.empty();
    }

    private static boolean isMcp(JsonNode tool) {
        return tool.path("type").asString("").equals("mcp");
    }

    private static String labelOf(JsonNode tool) {
        return tool.path("server_label").asString("");
    }
}
