package dev.antiphon.transport.websocket.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The lines of a recording, one event each, as bytes. A line ends with a line feed and nothing else:
 * events hold U+2028 and carriage returns, and may be no UTF-8 at all. Used by one thread; reads
 * ahead; leaves closing to the owner of the stream.
 */
public final class EventLines {
    private final InputStream in;

    public EventLines(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /**
     * The next line without its end; empty at the end of the stream. Of a line that is longer than any
     * event may be, only so much is kept that it is still seen to be too long.
     */
    public Optional<byte[]> next() throws IOException {
        int b = in.read();
        if (b < 0) {
            return Optional.empty();
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (; b >= 0 && b != '\n'; b = in.read()) {
            if (line.size() <= Json.MAX_LENGTH) {
                line.write(b);
            }
        }
        return Optional.of(line.toByteArray());
    }
}
