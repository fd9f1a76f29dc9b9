package dev.antiphon.transport.websocket.wire;

/** The dialects that ship with Antiphon. */
public final class Dialects {
    private static final Dialect REALTIME = new RealtimeDialect();

    private Dialects() {}

    /** The Realtime API of OpenAI and of compatible servers; the default. */
    public static Dialect realtime() {
        return REALTIME;
    }
}
