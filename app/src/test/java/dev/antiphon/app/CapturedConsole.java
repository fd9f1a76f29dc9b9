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
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
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

    List<String> outLines() {
        return out().lines().toList();
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
