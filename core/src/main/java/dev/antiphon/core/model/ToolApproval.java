package dev.antiphon.core.model;

import java.util.Optional;

/**
 * When a call of an MCP tool waits for our approval.
 *
 * @param policy for all tools: {@code always}, {@code never} or what a newer server knows; empty where filters are given
 * @param always tools that wait
 * @param never tools that do not
 */
public record ToolApproval(String policy, Optional<ToolFilter> always, Optional<ToolFilter> never) {
    /** Each call waits, the server's default. */
    public static final ToolApproval ALWAYS = new ToolApproval("always", Optional.empty(), Optional.empty());

    /** No call waits. */
    public static final ToolApproval NEVER = new ToolApproval("never", Optional.empty(), Optional.empty());

    /**
     * Some tools wait and others do not.
     *
     * @throws IllegalArgumentException if there is no filter
     */
    public static ToolApproval filtered(Optional<ToolFilter> always, Optional<ToolFilter> never) {
        if (always.isEmpty() && never.isEmpty()) {
            throw new IllegalArgumentException("tools.require_approval needs a filter: always, never or both");
        }
        return new ToolApproval("", always, never);
    }
}
