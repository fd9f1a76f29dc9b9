package dev.antiphon.app;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs commands in this process and keeps what they print. */
final class CapturedConsole {
    private final Captured out = new Captured();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private byte[] input = new byte[0];
    final StopSignal stop = new StopSignal();

    static CapturedConsole withKey(String key) {
        return new CapturedConsole().variable(ApiKey.VARIABLE, key);
    }

    CapturedConsole variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    CapturedConsole input(byte[] bytes) {
        input = bytes;
        return this;
    }

    Console console() {
        return new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new ByteArrayInputStream(input),
                environment,
                Terminal.PLAIN);
    }

    int run(String... args) {
        return new Shell(console(), stop).run(args);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Waits until more than {@code known} bytes were printed; tells how many are. */
    int awaitMoreThan(int known, long deadlineNanos) throws InterruptedException {
        return out.awaitMoreThan(known, deadlineNanos);
    }

    List<String> outLines() {
        return out().lines().toList();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** Wakes who waits for output. */
    private static final class Captured extends ByteArrayOutputStream {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            notifyAll();
        }

        synchronized int awaitMoreThan(int known, long deadlineNanos) throws InterruptedException {
            for (long left = deadlineNanos - System.nanoTime();
                    count <= known && left > 0;
                    left = deadlineNanos - System.nanoTime()) {
                wait(Math.max(1, left / 1_000_000));
            }
            return count;
        }
    }
}
