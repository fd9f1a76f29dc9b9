package dev.antiphon.testkit.simulator.persona;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * A tool server that the simulated service reaches over MCP. A session names it by its label; the simulator
 * then lists its tools and calls them, asking for approval where the session wants that. Nothing is connected:
 * the tools answer here. Immutable.
 *
 * <pre>{@code
 * McpServer.labelled("docs")
 *     .tool("search", "Finds pages.", arguments -> Answer.output("three pages"))
 *     .tool("delete", "Removes a page.", arguments -> Answer.toolFailed("not allowed"))
 * }</pre>
 *
 * <p>A label that no simulator was told about behaves like a server that cannot be reached: the listing fails.
 */
public final class McpServer {
    /**
     * One tool.
     *
     * @param inputSchema JSON schema of the arguments, as text
     * @param action from arguments, JSON text, to the answer; called on the simulator's thread, must not block
     */
    public record Tool(String name, String description, String inputSchema, Function<String, Answer> action) {
        @Override
        public String toString() {
            return "Tool[" + name + "]";
        }
    }

    /** What came of a call. {@code toString} shows no content. */
    public static final class Answer {
        private final String type;
        private final OptionalInt code;
        private final String text;

        private Answer(String type, OptionalInt code, String text) {
            this.type = type;
            this.code = code;
            this.text = text;
        }

        /** It worked. */
        public static Answer output(String text) {
            return new Answer("", OptionalInt.empty(), text);
        }

        /** The tool itself failed: {@code tool_execution_error}. */
        public static Answer toolFailed(String message) {
            return new Answer("tool_execution_error", OptionalInt.empty(), message);
        }

        /** The server did not keep to MCP: {@code protocol_error}. */
        public static Answer protocolError(int code, String message) {
            return new Answer("protocol_error", OptionalInt.of(code), message);
        }

        /** The server answered with an HTTP error: {@code http_error}. */
        public static Answer httpError(int status, String message) {
            return new Answer("http_error", OptionalInt.of(status), message);
        }

        /** The type of the error; empty for an output. */
        public Optional<String> error() {
            return type.isEmpty() ? Optional.empty() : Optional.of(type);
        }

        /** Code of a protocol or HTTP error. */
        public OptionalInt code() {
            return code;
        }

        /** The output, or the message of the error. */
        public String text() {
            return text;
        }

        @Override
        public String toString() {
            return "Answer[" + (type.isEmpty() ? "output" : type) + "]";
        }
    }

    private final String label;
    private final List<Tool> tools;

    private McpServer(String label, List<Tool> tools) {
        this.label = label;
        this.tools = List.copyOf(tools);
    }

    /** A server without tools so far. */
    public static McpServer labelled(String label) {
        return new McpServer(label, List.of());
    }

    /** With a tool that takes any object. An exception of the action is a failure of the tool. */
    public McpServer tool(String name, String description, Function<String, Answer> action) {
        return tool(new Tool(name, description, "{\"type\":\"object\"}", action));
    }

    /** With this tool. */
    public McpServer tool(Tool tool) {
        List<Tool> more = new ArrayList<>(tools);
        more.add(tool);
        return new McpServer(label, more);
    }

    public String label() {
        return label;
    }

    public List<Tool> tools() {
        return tools;
    }

    @Override
    public String toString() {
        return "McpServer[" + label + ", " + tools + "]";
    }
}
