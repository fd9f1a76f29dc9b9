package dev.antiphon.core;

import java.util.EnumSet;
import java.util.Set;

/** Where a conversation stands. {@link #CLOSED} is final; every other phase can end in it. */
public enum Phase {
    /** The transport is opening: call creation or connect. Input is accepted and queued. */
    OPENING,
    /** The SDP answer is there; the control socket is not. Input is accepted and queued. */
    ANSWERED,
    /** The control socket is being opened. Input is accepted and queued. */
    JOINING,
    /** The control socket stands: queued input flows, events arrive. */
    LIVE,
    /**
     * The control socket was lost and is being joined again. Input is accepted and queued; events that
     * the server sends meanwhile are missed and do not come again.
     */
    REJOINING,
    /** The end has begun. Input is refused. */
    CLOSING,
    /** The end. Nothing follows. */
    CLOSED;

    private Set<Phase> successors() {
        return switch (this) {
            case OPENING -> EnumSet.of(ANSWERED, JOINING, LIVE, CLOSING, CLOSED);
            case ANSWERED -> EnumSet.of(JOINING, LIVE, CLOSING, CLOSED);
            case JOINING -> EnumSet.of(LIVE, CLOSING, CLOSED);
            case LIVE -> EnumSet.of(REJOINING, CLOSING, CLOSED);
            case REJOINING -> EnumSet.of(LIVE, CLOSING, CLOSED);
            case CLOSING -> EnumSet.of(CLOSED);
            case CLOSED -> EnumSet.noneOf(Phase.class);
        };
    }

    /** Whether the other phase may directly follow this one. */
    public boolean canBecome(Phase next) {
        return successors().contains(next);
    }

    /** Whether input is accepted. */
    public boolean acceptsInput() {
        return this != CLOSING && this != CLOSED;
    }
}
