package dev.antiphon.transport.websocket.recording;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ServerEvent;
import java.io.IOException;
import java.io.Writer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recording of one conversation. Its methods take the time and hand the line to the recorder's thread;
 * the fields below the line are confined to that thread.
 */
final class Tape {
    private static final Logger log = LoggerFactory.getLogger(Tape.class);

    private final WireRecorder recorder;
    private final WireRecorder.Destination destination;
    private final int number;
    private final String transport;
    private final RecordingLines lines;
    private final long maxBytes;
    private final long started = System.nanoTime();
    private final AtomicInteger missing = new AtomicInteger(); // lines that found no room since the last one that did

    // ------------------------------------------------------------------ the recorder's thread
    private @Nullable Writer out; // from the first line to the last
    private boolean over;
    private long written;

    Tape(
            WireRecorder recorder,
            WireRecorder.Destination destination,
            int number,
            String transport,
            RecordingLines lines,
            long maxBytes) {
        this.recorder = recorder;
        this.destination = destination;
        this.number = number;
        this.transport = transport;
        this.lines = lines;
        this.maxBytes = maxBytes;
    }

    void answer(int characters) {
        record(at -> lines.answer(at, characters));
    }

    void joining(int attempt) {
        record(at -> lines.joining(at, attempt));
    }

    void joined() {
        record(lines::joined);
    }

    void client(ClientEvent event) {
        record(at -> lines.client(at, event));
    }

    void unwritten(ClientEvent event) {
        record(at -> lines.unwritten(at, event.eventId()));
    }

    void server(ServerEvent event) {
        record(at -> lines.server(at, event));
    }

    void closed(Closure closure) {
        recordLast(at -> lines.closed(at, closure));
    }

    private void record(LongFunction<String> line) {
        long at = millis();
        int gap = missing.getAndSet(0);
        if (!recorder.offer(() -> write(at, gap, line))) {
            missing.addAndGet(gap + 1);
        }
    }

    private void recordLast(LongFunction<String> line) {
        long at = millis();
        int gap = missing.getAndSet(0);
        recorder.offerLast(() -> {
            write(at, gap, line);
            end();
        });
    }

    private long millis() {
        return (System.nanoTime() - started) / 1_000_000;
    }

    private void write(long at, int gap, LongFunction<String> line) {
        if (gap > 0) {
            write(lines.gap(at, gap), at);
        }
        write(line.apply(at), at);
    }

    private void write(String line, long at) {
        if (over) {
            return;
        }
        try {
            Writer writer = out;
            if (writer == null) {
                writer = destination.open(number);
                out = writer;
                recorder.began(this);
                append(writer, lines.begin(transport));
            }
            if (written + line.length() > maxBytes) {
                append(writer, lines.full(at));
                end();
            } else {
                append(writer, line);
            }
        } catch (IOException | RuntimeException failure) {
            log.warn("recording {} ends here: {}", number, failure.toString());
            end();
        }
    }

    private void append(Writer writer, String line) throws IOException {
        writer.write(line);
        writer.write('\n');
        written += line.length() + 1;
    }

    /** Closes the file; nothing is written from here on. */
    void end() {
        over = true;
        recorder.ended(this);
        Writer writer = out;
        out = null;
        if (writer != null) {
            try {
                writer.close();
            } catch (IOException failure) {
                log.warn("recording {} may be incomplete: {}", number, failure.toString());
            }
        }
    }
}
