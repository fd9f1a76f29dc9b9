package dev.antiphon.core.model;

import java.util.List;
import java.util.Optional;

/**
 * Which tool the model may or must use.
 *
 * @param mode {@code auto}, {@code none}, {@code required}, {@code function}, {@code mcp}, or what a newer server knows
 * @param name of the function, or of one tool of the MCP server
 * @param serverLabel of the MCP server
 */
public record ToolChoice(String mode, Optional<String> name, Optional<String> serverLabel) {
    private static final List<String> MODES = List.of("auto", "none", "required");

    /** The model decides. */
    public static final ToolChoice AUTO = new ToolChoice("auto", Optional.empty(), Optional.empty());

    /** No tool. */
    public static final ToolChoice NONE = new ToolChoice("none", Optional.empty(), Optional.empty());

    /** Some tool. */
    public static final ToolChoice REQUIRED = new ToolChoice("required", Optional.empty(), Optional.empty());

    /** @throws IllegalArgumentException if a function is chosen without name, an MCP server without label, or neither with them */
    public ToolChoice {
        Require.notBlank("tool_choice", mode);
        if (mode.equals("function") && name.isEmpty()) {
            throw new IllegalArgumentException("tool_choice.name is missing");
        }
        if (mode.equals("mcp") && serverLabel.isEmpty()) {
            throw new IllegalArgumentException("tool_choice.server_label is missing");
        }
        if (MODES.contains(mode) && (name.isPresent() || serverLabel.isPresent())) {
            throw new IllegalArgumentException(
                    "tool_choice: a name and a server_label go with one tool, not with " + mode);
        }
        if (mode.equals("function") && serverLabel.isPresent()) {
            throw new IllegalArgumentException("tool_choice.server_label goes with mcp, not with function");
        }
    }

    /** Exactly this function. */
    public static ToolChoice function(String name) {
        return new ToolChoice("function", Optional.of(Require.notBlank("tool_choice.name", name)), Optional.empty());
    }

    /** Some tool of an MCP server. */
    public static ToolChoice mcp(String serverLabel) {
        return new ToolChoice("mcp", Optional.empty(), Optional.of(serverLabel));
    }

    /** Exactly this tool of an MCP server. */
    public static ToolChoice mcp(String serverLabel, String name) {
        return new ToolChoice("mcp", Optional.of(name), Optional.of(serverLabel));
    }
}
