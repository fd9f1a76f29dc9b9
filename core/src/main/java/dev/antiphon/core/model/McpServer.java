package dev.antiphon.core.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server as a tool: the Realtime server connects to it, lists its tools and calls them.
 *
 * @param serverLabel our name for it
 * @param serverUrl where it is
 * @param connectorId or one of the provider's connectors, {@code connector_…}
 * @param tunnelId or a tunnel, {@code tunnel_…}
 * @param authorization token for it; never shown
 * @param headers sent to it; never shown
 * @param serverDescription tells the model what it is for
 * @param allowedTools some of its tools; empty for all
 * @param allowedCallers {@code direct} or {@code programmatic}
 * @param requireApproval which calls wait for us
 * @param deferLoading whether its tools are listed only when needed
 */
public record McpServer(
        String serverLabel,
        Optional<String> serverUrl,
        Optional<String> connectorId,
        Optional<String> tunnelId,
        Optional<String> authorization,
        Optional<Map<String, String>> headers,
        Optional<String> serverDescription,
        Optional<ToolFilter> allowedTools,
        Optional<List<String>> allowedCallers,
        Optional<ToolApproval> requireApproval,
        Optional<Boolean> deferLoading,
        ExtraMembers extra)
        implements Tool {
    /** @throws IllegalArgumentException if the label is blank */
    public McpServer {
        Require.notBlank("tools: an MCP server's server_label", serverLabel);
        headers = headers.map(map -> Collections.unmodifiableMap(new LinkedHashMap<>(map)));
        allowedCallers = allowedCallers.map(List::copyOf);
    }

    @Override
    public String type() {
        return "mcp";
    }

    @Override
    public <R> R fold(Fold<R> fold) {
        return fold.mcp(this);
    }

    /** Label and number of headers; tokens stay out. */
    @Override
    public String toString() {
        return "McpServer[" + serverLabel + ", " + headers.map(Map::size).orElse(0) + " headers]";
    }

    /** Collects an MCP server. Not safe for use by several threads. */
    public static final class Builder {
        private final String serverLabel;
        private @Nullable String serverUrl;
        private @Nullable String connectorId;
        private @Nullable String tunnelId;
        private @Nullable String authorization;
        private @Nullable Map<String, String> headers;
        private @Nullable String serverDescription;
        private @Nullable ToolFilter allowedTools;
        private @Nullable List<String> allowedCallers;
        private @Nullable ToolApproval requireApproval;
        private @Nullable Boolean deferLoading;

        Builder(String serverLabel) {
            this.serverLabel = serverLabel;
        }

        /** Where it is. */
        public Builder url(String url) {
            this.serverUrl = Require.notBlank("tools: an MCP server's server_url", url);
            return this;
        }

        /** One of the provider's connectors. */
        public Builder connector(String id) {
            this.connectorId = Require.notBlank("tools: an MCP server's connector_id", id);
            return this;
        }

        /**
         * Or a tunnel.
         *
         * @throws IllegalArgumentException unless the id is {@code tunnel_} and 32 lower-case letters or digits
         */
        public Builder tunnel(String id) {
            if (!id.matches("tunnel_[a-z0-9]{32}")) {
                throw new IllegalArgumentException(
                        "tools: an MCP server's tunnel_id must be tunnel_ and 32 lower-case letters or digits");
            }
            this.tunnelId = id;
            return this;
        }

        /** Token that the Realtime server presents to it. */
        public Builder authorization(String token) {
            this.authorization = token;
            return this;
        }

        /** A header that the Realtime server sends to it. */
        public Builder header(String name, String value) {
            Map<String, String> changed = headers == null ? new LinkedHashMap<>() : new LinkedHashMap<>(headers);
            changed.put(name, value);
            this.headers = changed;
            return this;
        }

        public Builder description(String text) {
            this.serverDescription = text;
            return this;
        }

        public Builder allowedTools(ToolFilter filter) {
            this.allowedTools = filter;
            return this;
        }

        public Builder allowedCallers(List<String> callers) {
            this.allowedCallers = callers;
            return this;
        }

        public Builder requireApproval(ToolApproval approval) {
            this.requireApproval = approval;
            return this;
        }

        public Builder deferLoading(boolean defer) {
            this.deferLoading = defer;
            return this;
        }

        /**
         * The server.
         *
         * @throws IllegalArgumentException unless it has a URL, a connector or a tunnel, and only one of them
         */
        public McpServer build() {
            long places = Stream.of(
                            Optional.ofNullable(serverUrl),
                            Optional.ofNullable(connectorId),
                            Optional.ofNullable(tunnelId))
                    .filter(Optional::isPresent)
                    .count();
            if (places != 1) {
                throw new IllegalArgumentException(
                        "tools: an MCP server needs a server_url, a connector_id or a tunnel_id, and only one of them");
            }
            return new McpServer(
                    serverLabel,
                    Optional.ofNullable(serverUrl),
                    Optional.ofNullable(connectorId),
                    Optional.ofNullable(tunnelId),
                    Optional.ofNullable(authorization),
                    Optional.ofNullable(headers),
                    Optional.ofNullable(serverDescription),
                    Optional.ofNullable(allowedTools),
                    Optional.ofNullable(allowedCallers),
                    Optional.ofNullable(requireApproval),
                    Optional.ofNullable(deferLoading),
                    ExtraMembers.NONE);
        }
    }
}
