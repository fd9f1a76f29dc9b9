package dev.antiphon.transport.websocket;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Messages that came while receiving was paused. They are read all the same, up to a bound in bytes,
 * because between them come pings that want an answer. Confined to the event loop, apart from
 * {@link #pause}.
 */
final class HeldMessages {
    private static final class Message {
        private final boolean text;
        private final byte[] bytes;

        Message(boolean text, byte[] bytes) {
            this.text = text;
            this.bytes = bytes;
        }
    }

    private final MessageListener listener;
    private final int maxBytes;

    // Written by any thread: a pause counts from the next message on, not from the next turn of the loop.
    private volatile boolean paused;
    private @Nullable ArrayDeque<Message> messages;
    private int bytes;

    HeldMessages(MessageListener listener, int maxBytes) {
        this.listener = listener;
        this.maxBytes = maxBytes;
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    boolean isFull() {
        return bytes >= maxBytes;
    }

    /** Keeps a copy of a text message if messages are being held back. */
    boolean holdText(byte[] from, int offset, int length) {
        return hold(true, from, offset, length);
    }

    boolean holdBinary(byte[] from, int offset, int length) {
        return hold(false, from, offset, length);
    }

    private boolean hold(boolean text, byte[] from, int offset, int length) {
        ArrayDeque<Message> queue = messages;
        if (!paused && queue == null) {
            return false;
        }
        if (queue == null) {
            queue = new ArrayDeque<>();
            messages = queue;
        }
        queue.add(new Message(text, Arrays.copyOfRange(from, offset, offset + length)));
        bytes += costOf(length);
        return true;
    }

    /** What a message of this length counts: small ones are mostly overhead. */
    private static int costOf(int length) {
        return length + 64;
    }

    /** Delivers, in order, until there is nothing left or receiving is paused again. */
    void release() {
        deliver(false);
    }

    /** Delivers everything: the connection ends, and what came before its end comes before its end. */
    void releaseAll() {
        deliver(true);
    }

    private void deliver(boolean evenIfPaused) {
        ArrayDeque<Message> queue = messages;
        while (queue != null && (evenIfPaused || !paused)) {
            Message next = queue.poll();
            if (next == null) {
                messages = null;
                return;
            }
            bytes -= costOf(next.bytes.length);
            if (next.text) {
                listener.onText(next.bytes, 0, next.bytes.length);
            } else {
                listener.onBinary(next.bytes, 0, next.bytes.length);
            }
        }
    }

    /** Drops everything: the application has closed. */
    void clear() {
        messages = null;
        bytes = 0;
    }
}
