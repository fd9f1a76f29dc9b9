package dev.antiphon.core.model;

/** {@code mcp_list_tools.*}: the server asks an MCP server for its tools. */
public sealed interface McpListToolsEvent extends ServerEvent {
    /** The {@code mcp_list_tools} item. */
    String itemId();

    /** {@code ….in_progress} */
    record InProgress(Envelope envelope, String itemId) implements McpListToolsEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.mcpListToolsInProgress(this);
        }
    }

    /** {@code ….completed}: the list is in the item. */
    record Completed(Envelope envelope, String itemId) implements McpListToolsEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.mcpListToolsCompleted(this);
        }
    }

    /** {@code ….failed} */
    record Failed(Envelope envelope, String itemId) implements McpListToolsEvent {

        @Override
        public <R> R fold(ServerEventFold<R> fold) {
            return fold.mcpListToolsFailed(this);
        }
    }
}
