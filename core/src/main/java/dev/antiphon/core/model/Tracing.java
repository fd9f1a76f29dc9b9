package dev.antiphon.core.model;

import java.util.Optional;

/**
 * Whether and how the server records a trace. It cannot be changed once it is on.
 *
 * @param isAuto the server's own names; then the other members are empty
 * @param workflowName name of the workflow
 * @param groupId what traces are grouped by
 * @param metadata any JSON object
 */
public record Tracing(
        boolean isAuto, Optional<String> workflowName, Optional<String> groupId, Optional<RawJson> metadata) {
    /** @throws IllegalArgumentException if the metadata is no object, or names are given beside the server's own */
    public Tracing {
        metadata.ifPresent(json -> Require.object("tracing.metadata", json));
        if (isAuto && (workflowName.isPresent() || groupId.isPresent() || metadata.isPresent())) {
            throw new IllegalArgumentException("tracing is either auto or has members of its own");
        }
    }

    /** With the server's own names. */
    public static final Tracing AUTO = new Tracing(true, Optional.empty(), Optional.empty(), Optional.empty());

    /** A trace of a named workflow. */
    public static Tracing workflow(String name) {
        return new Tracing(false, Optional.of(name), Optional.empty(), Optional.empty());
    }

    /** The same in a group. */
    public Tracing group(String id) {
        return new Tracing(false, workflowName, Optional.of(id), metadata);
    }

    /**
     * The same with metadata.
     *
     * @throws IllegalArgumentException unless it is a JSON object
     */
    public Tracing metadata(RawJson object) {
        return new Tracing(false, workflowName, groupId, Optional.of(object));
    }
}
