package dev.antiphon.transport.websocket.wire;

/** The dialects that ship with Antiphon. */
public final class Dialects {
    private static final Dialect REALTIME = new RealtimeDialect();
    private static final Dialect CODEX_V1 = new CodexV1Dialect();

    private Dialects() {}

    /** The Realtime API of OpenAI and of compatible servers; the default. */
    public static Dialect realtime() {
        return REALTIME;
    }

    /**
     * An older dialect, known as <em>quicksilver</em>: its own session kind, hand-offs as events of
     * their own, and no way to ask for or cancel a response. Tool calls appear as calls of
     * {@code handoff}.
     */
    public static Dialect codexV1() {
        return CODEX_V1;
    }
}
