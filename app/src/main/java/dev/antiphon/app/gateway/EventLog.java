package dev.antiphon.app.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What happened in one call, numbered from 1, as frames of an event stream (HTML Living Standard §9.2). It
 * keeps the newest events; a reader that fell further behind is told so and given the state as it is. A
 * reader holds nothing but its position, so a slow one costs nothing. Safe for use by any thread.
 */
final class EventLog {
    /** Most bytes handed to a reader at once. */
    private static final int BATCH = 16 * 1024;

    private static final class Entry {
        private final long id;
        private final byte[] frame;

        Entry(long id, byte[] frame) {
            this.id = id;
            this.frame = frame;
        }
    }

    private final int kept;
    private final int bytesKept;
    private final Supplier<String> snapshot;

    // Guarded by this.
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final List<Runnable> readers = new ArrayList<>();
    private long bytes;
    private long last;
    private boolean ended;

    /**
     * An empty log.
     *
     * @param kept events kept at most
     * @param bytesKept size of their frames at most; the newest is kept in any case
     * @param snapshot the state of the call as JSON, for who missed events; asked without a lock
     */
    EventLog(int kept, int bytesKept, Supplier<String> snapshot) {
        this.kept = kept;
        this.bytesKept = bytesKept;
        this.snapshot = snapshot;
    }

    /** What a reader gets next. */
    static final class Batch {
        private final byte[] bytes;
        private final long position;
        private final boolean last;

        private Batch(byte[] bytes, long position, boolean last) {
            this.bytes = bytes;
            this.position = position;
            this.last = last;
        }

        /** Whole frames; empty if there is nothing new. */
        byte[] bytes() {
            return bytes;
        }

        /** Position of the last of them. */
        long position() {
            return position;
        }

        /** Whether nothing will follow. */
        boolean isLast() {
            return last;
        }
    }

    /** Appends an event; one line of JSON. Nothing happens after the end. */
    void append(String name, String json) {
        List<Runnable> wake;
        synchronized (this) {
            if (ended) {
                return;
            }
            last++;
            Entry newest = new Entry(last, frame(last, name, json));
            entries.add(newest);
            bytes += newest.frame.length;
            while (entries.size() > 1 && (entries.size() > kept || bytes > bytesKept)) {
                bytes -= entries.remove().frame.length;
            }
            wake = List.copyOf(readers);
        }
        wake.forEach(Runnable::run);
    }

    /** Appends the last event. */
    void end(String name, String json) {
        append(name, json);
        List<Runnable> wake;
        synchronized (this) {
            ended = true;
            wake = List.copyOf(readers);
        }
        wake.forEach(Runnable::run);
    }

    /** Calls {@code reader} whenever there is something new, on the thread that appended it. */
    synchronized void listen(Runnable reader) {
        readers.add(reader);
    }

    synchronized void forget(Runnable reader) {
        readers.remove(reader);
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** Whether a reader at this position has anything to get, the end included. */
    synchronized boolean hasNews(long position) {
        return ended || last > position;
    }

    /** The next frames after a position; 0 is the beginning. */
    Batch after(long position) {
        long missedUpTo = missedUpTo(position);
        if (missedUpTo == 0) {
            return batch(position, new byte[0]);
        }
        // The state is read before the events that follow are: at worst it already shows them.
        String state = snapshot.get();
        long gapEnd = Math.max(missedUpTo, missedUpTo(position));
        String gap = "{\"from\":" + (position + 1) + ",\"to\":" + gapEnd + "}";
        // Only the state moves a reader on: one that is cut between the two is told both again.
        byte[] head = join(frame("gap", gap), frame(gapEnd, "snapshot", state));
        return batch(gapEnd, head);
    }

    /** A position that a reader claims; one that was never given is none, so it begins at the beginning. */
    synchronized long checked(long position) {
        return position < 0 || position > last ? 0 : position;
    }

    /** The last event that is lost to a reader at this position; 0 if none is. */
    private synchronized long missedUpTo(long position) {
        Entry first = entries.peek();
        return first == null || first.id <= position + 1 ? 0 : first.id - 1;
    }

    private synchronized Batch batch(long from, byte[] head) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(head);
        if (missedUpTo(from) > 0) {
            // More was lost while the state was read: the next batch says so.
            return new Batch(frames.toByteArray(), from, false);
        }
        long position = from;
        for (Entry entry : entries) {
            if (entry.id > position) {
                if (frames.size() > BATCH) {
                    return new Batch(frames.toByteArray(), position, false);
                }
                frames.writeBytes(entry.frame);
                position = entry.id;
            }
        }
        return new Batch(frames.toByteArray(), position, ended);
    }

    private static byte[] frame(long id, String name, String json) {
        return join(("id: " + id + "\n").getBytes(StandardCharsets.UTF_8), frame(name, json));
    }

    private static byte[] frame(String name, String json) {
        return ("event: " + name + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }
}
