package dev.antiphon.core.model;

import java.util.OptionalLong;

/**
 * Why a call of an MCP tool failed.
 *
 * @param type {@code protocol_error}, {@code tool_execution_error}, {@code http_error} or what a newer server knows
 * @param code of the protocol or of HTTP
 * @param message text for people; may quote content
 */
public record McpError(String type, OptionalLong code, String message) {
    /** Leaves the message out. */
    @Override
    public String toString() {
        return "McpError[" + type + ", " + code + "]";
    }
}
