package dev.antiphon.testkit.simulator;

import java.time.Duration;

/**
 * Bounds of what a simulator takes in and keeps.
 *
 * @param requestDeadline a request must be complete within this time
 * @param maxBodyBytes of an HTTP request
 * @param maxMessageBytes of a websocket message
 * @param maxConnections at one time
 */
record Limits(
        Duration requestDeadline,
        int maxBodyBytes,
        int maxMessageBytes,
        int maxConnections,
        int journalEntries,
        long journalCharacters) {
    static final Limits DEFAULTS =
            new Limits(Duration.ofSeconds(10), 1024 * 1024, 32 * 1024 * 1024, 10_000, 200_000, 32L * 1024 * 1024);

    Limits withRequestDeadline(Duration limit) {
        return new Limits(limit, maxBodyBytes, maxMessageBytes, maxConnections, journalEntries, journalCharacters);
    }

    Limits withMaxBodyBytes(int bytes) {
        return new Limits(requestDeadline, bytes, maxMessageBytes, maxConnections, journalEntries, journalCharacters);
    }

    Limits withMaxMessageBytes(int bytes) {
        return new Limits(requestDeadline, maxBodyBytes, bytes, maxConnections, journalEntries, journalCharacters);
    }

    Limits withMaxConnections(int count) {
        return new Limits(requestDeadline, maxBodyBytes, maxMessageBytes, count, journalEntries, journalCharacters);
    }

    Limits withJournal(int entries, long characters) {
        return new Limits(requestDeadline, maxBodyBytes, maxMessageBytes, maxConnections, entries, characters);
    }
}
