package dev.antiphon.core.model;

import java.util.Optional;

/** Something the model may call. */
public sealed interface Tool permits Tool.Function, McpServer, Tool.UnrecognizedTool {
    /** The kind on the wire. */
    String type();

    /** Calls the function that fits this kind. */
    <R> R fold(Fold<R> fold);

    /**
     * A function of ours. The model's call arrives as a {@link Item.FunctionCall} and is answered with
     * a {@link Item.FunctionCallOutput}.
     *
     * @param parameters JSON Schema of its arguments, an object
     */
    static Function function(String name, String description, RawJson parameters) {
        return new Function(name, Optional.of(description), Optional.of(parameters), ExtraMembers.NONE);
    }

    /** An MCP server whose tools the Realtime server calls by itself. */
    static McpServer.Builder mcp(String serverLabel) {
        return new McpServer.Builder(serverLabel);
    }

    /** Any tool as raw JSON. */
    static Tool raw(String type, RawJson json) {
        return new UnrecognizedTool(type, json);
    }

    /**
     * {@code function}.
     *
     * @param name as the model will call it
     * @param description tells the model when to use it
     * @param parameters JSON Schema of its arguments
     */
    record Function(String name, Optional<String> description, Optional<RawJson> parameters, ExtraMembers extra)
            implements Tool {
        /** @throws IllegalArgumentException if the name is blank */
        public Function {
            Require.notBlank("tools: a function's name", name);
        }

        @Override
        public String type() {
            return "function";
        }

        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.function(this);
        }

        /** Leaves the description out. */
        @Override
        public String toString() {
            return "Function[" + name + "]";
        }
    }

    /** A kind that this version does not know, or one in a form that it does not understand. */
    record UnrecognizedTool(String type, RawJson raw) implements Tool {
        @Override
        public <R> R fold(Fold<R> fold) {
            return fold.unrecognized(this);
        }
    }

    /** One function per kind of tool. */
    interface Fold<R> {
        R function(Function tool);

        R mcp(McpServer tool);

        R unrecognized(UnrecognizedTool tool);
    }
}
