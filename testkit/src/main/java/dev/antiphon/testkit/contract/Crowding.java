package dev.antiphon.testkit.contract;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For how long something on this machine had to wait for a processor. Linux counts that, as pressure stall
 * information; other systems do not say, and some containers hide it.
 */
final class Crowding {
    private static final Path PRESSURE = Path.of("/proc/pressure/cpu");
    private static final Pattern TOTAL = Pattern.compile("(?m)^some .*\\btotal=(\\d+)$");

    private Crowding() {}

    /** All of it since the machine was started; empty where nobody counts. The count may lag by two seconds. */
    static Optional<Duration> soFar() {
        try {
            return in(Files.readString(PRESSURE, StandardCharsets.US_ASCII));
        } catch (IOException notCounted) {
            return Optional.empty();
        }
    }

    static Optional<Duration> in(String pressure) {
        Matcher total = TOTAL.matcher(pressure);
        return total.find() ? Optional.of(Duration.ofNanos(Long.parseLong(total.group(1)) * 1_000)) : Optional.empty();
    }
}
