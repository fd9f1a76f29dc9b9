package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What happened at the simulator, in order, with the time of its {@link SimulatorClock}. It keeps the newest entries within a
 * bound of number and characters and counts those it forgot. Safe for use by any thread.
 */
public final class Journal {
    private static final int SHOWN_IN_FAILURES = 40;

    private final int maxEntries;
    private final long maxCharacters;
    private final Supplier<Duration> clock;
    private final Consumer<JournalEntry> listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<JournalEntry> entries = new ArrayDeque<>();
    private long written;
    private long characters;
    private long forgotten;

    Journal(Limits limits, Supplier<Duration> clock, Consumer<JournalEntry> listener) {
        maxEntries = limits.journalEntries();
        maxCharacters = limits.journalCharacters();
        this.clock = clock;
        this.listener = listener;
    }

    /** All entries still kept, oldest first. */
    public List<JournalEntry> entries() {
        lock.lock();
        try {
            return new ArrayList<>(entries);
        } finally {
            lock.unlock();
        }
    }

    /** The entries that match. */
    public List<JournalEntry> entries(Predicate<JournalEntry> matching) {
        return entries().stream().filter(matching).toList();
    }

    /** The entries of one kind. */
    public List<JournalEntry> entries(Kind kind) {
        return entries(entry -> entry.kind() == kind);
    }

    /** Client events on all connections. */
    public List<JournalEntry> received() {
        return entries(Kind.RECEIVED);
    }

    /** Client events on one connection. */
    public List<JournalEntry> received(Connection connection) {
        return entries(entry -> entry.kind() == Kind.RECEIVED && connection.isMine(entry));
    }

    /** Server events on one connection. */
    public List<JournalEntry> sent(Connection connection) {
        return entries(entry -> entry.kind() == Kind.SENT && connection.isMine(entry));
    }

    /** How many entries the bound has pushed out. */
    public long forgotten() {
        lock.lock();
        try {
            return forgotten;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The first entry that matches, past or to come.
     *
     * @throws AssertionError if there is none in time; it shows what was there instead
     */
    public JournalEntry await(Predicate<JournalEntry> matching, Duration timeout) {
        return await("an entry as described", matching, timeout);
    }

    /**
     * The first client event of this type, past or to come.
     *
     * @throws AssertionError if there is none in time
     */
    public JournalEntry awaitReceived(String eventType, Duration timeout) {
        return await("client event " + eventType, entry -> entry.isReceived(eventType), timeout);
    }

    /**
     * The first server event of this type, past or to come.
     *
     * @throws AssertionError if there is none in time
     */
    public JournalEntry awaitSent(String eventType, Duration timeout) {
        return await("server event " + eventType, entry -> entry.isSent(eventType), timeout);
    }

    /**
     * The first entry of this kind, past or to come.
     *
     * @throws AssertionError if there is none in time
     */
    public JournalEntry await(Kind kind, Duration timeout) {
        return await(kind.toString(), entry -> entry.kind() == kind, timeout);
    }

    /**
     * Like {@link #await(Predicate, Duration)}; {@code what} says in the failure text what was awaited. The
     * predicate runs on the calling thread, which holds no lock meanwhile, so it may ask the simulator about
     * anything.
     */
    public JournalEntry await(String what, Predicate<JournalEntry> matching, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        long seen = 0;
        while (true) {
            List<JournalEntry> fresh;
            try {
                fresh = newerThan(seen, deadline);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while waiting for " + what, e);
            }
            if (fresh.isEmpty()) {
                throw new AssertionError(
                        "no " + what + " within " + timeout.toMillis() + " ms; there was:\n" + describe());
            }
            for (JournalEntry entry : fresh) {
                if (matching.test(entry)) {
                    return entry;
                }
            }
            seen = fresh.get(fresh.size() - 1).sequence();
        }
    }

    /** Waits for entries behind this one, at most until the deadline; without entries if there are none. */
    private List<JournalEntry> newerThan(long sequence, long deadlineNanos) throws InterruptedException {
        lock.lock();
        try {
            while (written <= sequence) {
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    return List.of();
                }
                grown.awaitNanos(left);
            }
            return entries.stream().filter(entry -> entry.sequence() > sequence).toList();
        } finally {
            lock.unlock();
        }
    }

    /** The newest entries, one a line, without content. */
    public String describe() {
        List<JournalEntry> all = entries();
        List<JournalEntry> newest = all.subList(Math.max(0, all.size() - SHOWN_IN_FAILURES), all.size());
        StringBuilder lines = new StringBuilder();
        if (newest.size() < all.size()) {
            lines.append("(").append(all.size() - newest.size()).append(" earlier entries)\n");
        }
        newest.forEach(entry -> lines.append(entry).append('\n'));
        return all.isEmpty() ? "(nothing)\n" : lines.toString();
    }

    void add(Kind kind, String connection, String callId, String type) {
        add(kind, connection, callId, type, "", "");
    }

    void add(Kind kind, String connection, String callId, String type, String eventId, String text) {
        JournalEntry entry;
        lock.lock();
        try {
            Duration at = clock.get();
            entry = new JournalEntry(++written, at, kind, connection, callId, type, eventId, text);
            entries.add(entry);
            characters += text.length();
            while (entries.size() > maxEntries || (characters > maxCharacters && entries.size() > 1)) {
                characters -= entries.remove().text().length();
                forgotten++;
            }
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        listener.accept(entry);
    }
}
