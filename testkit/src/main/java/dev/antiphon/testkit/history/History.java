package dev.antiphon.testkit.history;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What happened in some conversations, in order: the client's ledger and the server's journal in one
 * list. Safe for use by any thread.
 */
public final class History {
    private final LongSupplier clock;

    // Guarded by itself.
    private final List<Line> lines = new ArrayList<>();

    /**
     * An entry and when it was made.
     *
     * @param nanos on the history's clock
     */
    public record Line(long nanos, HistoryEntry entry) {
        @Override
        public String toString() {
            return String.format("%10.3f ms  %s", nanos / 1e6, entry);
        }
    }

    /** @param clock monotonic nanoseconds: a {@code Scheduler::nanoTime} */
    public History(LongSupplier clock) {
        this.clock = clock;
    }

    /** Adds an entry as of now. */
    public void add(HistoryEntry entry) {
        synchronized (lines) {
            lines.add(new Line(clock.getAsLong(), entry));
        }
    }

    /** Everything so far. */
    public List<Line> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The same for equal histories only: a SHA-256 of all lines, times included. */
    public String hash() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        for (Line line : lines()) {
            digest.update((line.nanos() + " " + line.entry() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** One line for each entry. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        lines().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }
}
