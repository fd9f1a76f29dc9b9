package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.persona.Reply;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * The server's end of what a {@link Connection} stands for: a websocket, or the data channel of a call, on which
 * what belongs to websockets does nothing. Called on the loop but for {@code act} and what only looks.
 */
interface Endpoint {
    boolean isOpen();

    /** The code of the client's close frame. */
    default OptionalInt closeCode() {
        return OptionalInt.empty();
    }

    default String closeReason() {
        return "";
    }

    /** Acts on the loop; at once when called from there, as scripts do. */
    void act(Runnable action);

    /** Acts after a while, by the simulator's clock, unless the endpoint has gone. */
    void later(Duration delay, Runnable action);

    /** Lets the assistant speak unasked. */
    void respond(Reply reply, Runnable afterwards);

    void sendText(String text);

    /** Where there are no frames, the message goes out whole. */
    default void sendFragmented(String text, int frames) {
        sendText(text);
    }

    default void sendBinary(byte[] bytes) {}

    default void garble(byte[] bytes) {}

    default void ping(byte[] payload) {}

    /** Ends it politely. */
    void end(int code, String reason);

    /** Ends it without a word. */
    void drop();

    void reset();

    default void stopReading() {}

    default void resumeReading() {}

    default void mutePongs() {}
}
