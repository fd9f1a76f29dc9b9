package dev.antiphon.core.model;

import java.util.Optional;

/**
 * One tool that an MCP server offers.
 *
 * @param inputSchema JSON Schema of its arguments
 * @param annotations hints of the MCP server about the tool, an object
 */
public record McpTool(
        String name, Optional<String> description, Optional<RawJson> inputSchema, Optional<RawJson> annotations) {}
