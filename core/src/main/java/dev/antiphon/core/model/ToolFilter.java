package dev.antiphon.core.model;

import java.util.List;
import java.util.Optional;

/**
 * Some of the tools of an MCP server.
 *
 * @param toolNames by name
 * @param readOnly those that do, or do not, change anything
 */
public record ToolFilter(Optional<List<String>> toolNames, Optional<Boolean> readOnly) {
    public ToolFilter {
        toolNames = toolNames.map(List::copyOf);
    }

    /** Tools by name. */
    public static ToolFilter named(String... names) {
        return new ToolFilter(Optional.of(List.of(names)), Optional.empty());
    }

    /** Tools that change nothing. */
    public static ToolFilter readOnlyTools() {
        return new ToolFilter(Optional.empty(), Optional.of(true));
    }
}
