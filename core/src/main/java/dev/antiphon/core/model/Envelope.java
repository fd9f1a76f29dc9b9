package dev.antiphon.core.model;

import java.util.function.Supplier;

/** What every server event carries beside its own members. */
public final class Envelope {
    private static final int MAX_SHOWN = 128;

    private final String type;
    private final String eventId;
    private final Supplier<RawJson> raw;

    /** @param raw asked each time; an event decoded on the fast path renders itself again */
    public Envelope(String type, String eventId, Supplier<RawJson> raw) {
        this.type = type;
        this.eventId = eventId;
        this.raw = raw;
    }

    /** An envelope of raw JSON that is already at hand. */
    public static Envelope of(String type, String eventId, RawJson raw) {
        return new Envelope(type, eventId, () -> raw);
    }

    /** The event type as on the wire. */
    public String type() {
        return type;
    }

    /** The server's id of this event, or an empty string. */
    public String eventId() {
        return eventId;
    }

    /**
     * The whole event, members this version does not know included. An equal JSON value to what came;
     * of a delta, spelling and order of members may differ.
     */
    public RawJson raw() {
        return raw.get();
    }

    /** Type and id on one line, whatever a server put into them. */
    @Override
    public String toString() {
        return Shown.of(type, MAX_SHOWN) + (eventId.isEmpty() ? "" : "[" + Shown.of(eventId, MAX_SHOWN) + "]");
    }
}
