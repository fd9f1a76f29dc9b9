package dev.antiphon.testkit.simulator;

/**
 * A point in the life of a connection, a call or a response at which a {@link Misfortune} can strike.
 *
 * @param kind the point
 * @param eventType for {@code SENDING}, {@code SENT} and {@code RECEIVED}: the type of event, otherwise empty
 * @param ordinal for these three: which event of that type on the connection, from 1
 */
public record Moment(Kind kind, String eventType, int ordinal) {
    /** The points in order. */
    public enum Kind {
        ACCEPTED,
        CALL,
        CALL_CREATED,
        HANGUP,
        UPGRADE,
        OPENED,
        FIRST_FRAME,
        RECEIVED,
        SENDING,
        SENT,
        STREAMING
    }

    /** A TCP connection was accepted; nothing has been read. */
    public static final Moment ACCEPTED = of(Kind.ACCEPTED);
    /** A call creation request was read whole; no call exists yet. */
    public static final Moment CALL = of(Kind.CALL);
    /** A call exists; its answer has not been sent. */
    public static final Moment CALL_CREATED = of(Kind.CALL_CREATED);
    /** A hang-up request was read; the call is still there. */
    public static final Moment HANGUP = of(Kind.HANGUP);
    /** A valid websocket upgrade request was read; 101 has not been sent. */
    public static final Moment UPGRADE = of(Kind.UPGRADE);
    /** 101 was sent; no event has been sent or read. */
    public static final Moment OPENED = of(Kind.OPENED);
    /** The first client event was read (it is in the journal) and not acted upon. */
    public static final Moment FIRST_FRAME = of(Kind.FIRST_FRAME);
    /** A response has sent its first delta. Only holding and delaying make sense here. */
    public static final Moment STREAMING = of(Kind.STREAMING);

    /** The {@code ordinal}th event of this type is about to be sent on a connection: it can still be changed. */
    public static Moment sending(String eventType, int ordinal) {
        return new Moment(Kind.SENDING, eventType, ordinal);
    }

    /** The {@code ordinal}th event of this type was sent on a connection. */
    public static Moment sent(String eventType, int ordinal) {
        return new Moment(Kind.SENT, eventType, ordinal);
    }

    /** The {@code ordinal}th event of this type was read on a connection and not acted upon. */
    public static Moment received(String eventType, int ordinal) {
        return new Moment(Kind.RECEIVED, eventType, ordinal);
    }

    private static Moment of(Kind kind) {
        return new Moment(kind, "", 0);
    }

    /** Whether something so fits this moment that it can be made to happen. */
    boolean allows(Misfortune misfortune) {
        if (misfortune instanceof Misfortune.Hold
                || misfortune instanceof Misfortune.Delay
                || misfortune instanceof Misfortune.JumpClock) {
            return true;
        }
        if (misfortune instanceof Misfortune.Refuse) {
            return kind == Kind.CALL || kind == Kind.HANGUP || kind == Kind.UPGRADE;
        }
        if (misfortune instanceof Misfortune.Alter
                || misfortune instanceof Misfortune.HideCall
                || misfortune instanceof Misfortune.Disown) {
            return kind == Kind.CALL_CREATED;
        }
        if (misfortune instanceof Misfortune.Close
                || misfortune instanceof Misfortune.MutePongs
                || misfortune instanceof Misfortune.HalfOpen
                || misfortune instanceof Misfortune.Garble) {
            return isOnSocket();
        }
        if (misfortune instanceof Misfortune.Reset
                || misfortune instanceof Misfortune.Drop
                || misfortune instanceof Misfortune.SlowRead
                || misfortune instanceof Misfortune.SlowWrite) {
            return kind != Kind.STREAMING;
        }
        if (misfortune instanceof Misfortune.StopReading) {
            return kind != Kind.STREAMING && kind != Kind.ACCEPTED;
        }
        return kind == Kind.SENDING;
    }

    private boolean isOnSocket() {
        return kind == Kind.OPENED
                || kind == Kind.FIRST_FRAME
                || kind == Kind.RECEIVED
                || kind == Kind.SENDING
                || kind == Kind.SENT;
    }

    @Override
    public String toString() {
        return eventType.isEmpty() ? kind.toString() : kind + "(" + eventType + " #" + ordinal + ")";
    }
}
