package dev.antiphon.transport.websocket.load;

import java.util.function.Consumer;

/** A client under measurement: Antiphon, or the bare one that it is compared with. */
interface Subject extends AutoCloseable {
    /** What a measure hears of one session, nothing unless it says so. Calls for one session come one at a time. */
    interface Ear {
        /** Audio of the model, decoded. */
        default void onAudio(byte[] pcm, String itemId) {}

        /** Text of the model. */
        default void onText(String delta) {}

        /** The server has got this many frames. */
        default void onCommitted(long frames) {}
    }

    /** One session that stands. Safe for use by any thread. */
    interface Session {
        /** Queues a frame; false if it, or an older one in its place, was dropped. */
        boolean offer(byte[] pcm);

        /** Asks for the count of frames, after those offered so far. */
        void commit();

        /** Sends an event of the load server's own. */
        void send(String json);

        /** Sends a text; {@code written} gets the nanoseconds from here until the socket has it. */
        void text(String text, Consumer<Long> written);

        void close();
    }

    /** Opens a session and waits until it stands. */
    Session open(String model, Ear ear) throws Exception;

    @Override
    void close();
}
