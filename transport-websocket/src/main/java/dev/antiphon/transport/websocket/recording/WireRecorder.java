package dev.antiphon.transport.websocket.recording;

import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.transport.websocket.wire.Dialect;
import dev.antiphon.transport.websocket.wire.Dialects;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records what conversations say and hear, so that a failing call in production becomes a test.
 *
 * <pre>{@code
 * WireRecorder recorder = WireRecorder.builder().into(Destination.folder(Path.of("recordings"))).build();
 * RealtimeConversations conversations = RealtimeConversations.builder()
 *         .direct(recorder.around(direct))
 *         .build();
 * }</pre>
 *
 * <p>It goes around any transport and sees what passes the port: the events both ways as JSON with their
 * times, the joins, the end. Never an SDP, a key or a call id; and unless told otherwise none of the content,
 * see {@link Redaction}. {@code docs/recordings.md} lists the lines.
 *
 * <p>It costs the conversation a queue entry per event. Rendering and writing are done by one thread of its
 * own; where that thread cannot follow, or a conversation says more than the limit, events are left out and
 * the recording says how many. A conversation never waits for its recording and never fails with it.
 *
 * <p>Safe for use by any thread. Close it after the conversations.
 */
public final class WireRecorder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WireRecorder.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    /** Where the lines of a conversation go. Called by the recorder's own thread. */
    @FunctionalInterface
    public interface Destination {
        /**
         * Opens the recording of one conversation.
         *
         * @param number counts the recorder's conversations from 1
         */
        Writer open(int number) throws IOException;

        /** One file, for one conversation; a further one replaces it. */
        static Destination file(Path file) {
            return number -> Files.newBufferedWriter(file, StandardCharsets.US_ASCII);
        }

        /** A file for each conversation, named after time and number. The folder must exist. */
        static Destination folder(Path folder) {
            DateTimeFormatter time =
                    DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
            return number -> Files.newBufferedWriter(
                    folder.resolve(time.format(Instant.now()) + "-" + number + ".jsonl"), StandardCharsets.US_ASCII);
        }
    }

    private final Destination destination;
    private final Redaction redaction;
    private final Dialect dialect;
    private final long maxBytes;
    private final BlockingQueue<Runnable> work;
    private final AtomicInteger conversations = new AtomicInteger();
    private final Thread thread;
    private final Queue<Runnable> ends = new ConcurrentLinkedQueue<>(); // last lines that found no room
    private volatile boolean closed;

    // Confined to the recorder's thread.
    private final Set<Tape> open = new HashSet<>();

    private WireRecorder(Builder builder, Destination destination) {
        this.destination = destination;
        this.redaction = builder.redaction;
        this.dialect = builder.dialect;
        this.maxBytes = builder.maxBytes;
        this.work = new LinkedBlockingQueue<>(builder.maxWaiting);
        this.thread = new Thread(this::run, "antiphon-recorder");
        thread.setDaemon(true);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The same transport, recorded. */
    public RealtimeTransport around(RealtimeTransport transport) {
        return new RecordedTransport(transport, this);
    }

    Tape newTape(String transport) {
        return new Tape(
                this,
                destination,
                conversations.incrementAndGet(),
                transport,
                new RecordingLines(dialect, redaction),
                maxBytes);
    }

    /** Hands a line to the recorder's thread; false if it cannot follow or is closed. */
    boolean offer(Runnable line) {
        return !closed && work.offer(line);
    }

    /** Hands over the last line of a conversation, which is written even if it must wait. */
    void offerLast(Runnable line) {
        if (!offer(line)) {
            ends.add(line);
        }
    }

    /** Keeps an eye on a recording that has begun. */
    void began(Tape tape) {
        open.add(tape);
    }

    void ended(Tape tape) {
        open.remove(tape);
    }

    private void run() {
        try {
            while (!closed || !work.isEmpty()) {
                Runnable line = work.poll(100, TimeUnit.MILLISECONDS);
                if (line != null) {
                    line.run();
                }
                if (work.remainingCapacity() >= work.size()) {
                    endWaiting();
                }
            }
            endWaiting();
        } catch (InterruptedException stop) {
            log.warn("the recorder was interrupted; {} lines were not written", work.size());
        } finally {
            List.copyOf(open).forEach(Tape::end);
        }
    }

    private void endWaiting() {
        for (Runnable end = ends.poll(); end != null; end = ends.poll()) {
            end.run();
        }
    }

    /** Writes what is waiting, for up to five seconds, and stops recording. Conversations go on unrecorded. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }

    /** Collects what is recorded and how much. */
    public static final class Builder {
        private @Nullable Destination destination;
        private Redaction redaction = Redaction.CONTENT;
        private Dialect dialect = Dialects.realtime();
        private long maxBytes = 64L << 20;
        private int maxWaiting = 10_000;

        private Builder() {}

        /** Where recordings go. */
        public Builder into(Destination place) {
            destination = place;
            return this;
        }

        /** How much they tell; the course without the content by default. */
        public Builder redaction(Redaction how) {
            redaction = how;
            return this;
        }

        /** How client events are written; the Realtime dialect by default. */
        public Builder dialect(Dialect spoken) {
            dialect = spoken;
            return this;
        }

        /** Limit of one recording in bytes; 64 MiB by default. */
        public Builder maxBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("a recording needs room: " + bytes);
            }
            maxBytes = bytes;
            return this;
        }

        /** How many lines may wait for the recorder's thread, of all conversations together; 10,000 by default. */
        public Builder maxWaiting(int lines) {
            if (lines < 1) {
                throw new IllegalArgumentException("at least one line must be able to wait: " + lines);
            }
            maxWaiting = lines;
            return this;
        }

        /**
         * Makes the recorder and starts its thread.
         *
         * @throws IllegalStateException if no destination was given
         */
        public WireRecorder build() {
            Destination place = destination;
            if (place == null) {
                throw new IllegalStateException("a recorder needs a destination: into(Destination.file(…))");
            }
            WireRecorder recorder = new WireRecorder(this, place);
            recorder.thread.start();
            return recorder;
        }
    }
}
