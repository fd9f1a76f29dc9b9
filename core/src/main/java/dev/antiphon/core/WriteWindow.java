package dev.antiphon.core;

/**
 * How much may be on its way to a socket at once: what the writer allows, but no more than the socket
 * takes in two milliseconds at the pace of its last batch, and at least one event. So a text never
 * waits behind much audio of a socket that is slow, and bursts stay cheap on one that is not. Guarded
 * by the conversation's lock.
 */
final class WriteWindow {
    /** The delay that a text may meet behind what is already on its way. */
    static final long PATIENCE_NANOS = 2_000_000;

    private final int most;
    private long bytes;
    private int events;
    private long eventBytes;

    /** @param most bytes that the writer allows; with 0, one event at a time */
    WriteWindow(int most) {
        this.most = most;
        this.bytes = most;
    }

    boolean isOpen() {
        return events == 0 || eventBytes < bytes;
    }

    /** Bytes on their way. */
    long onTheirWay() {
        return eventBytes;
    }

    void add(int size) {
        events++;
        eventBytes += size;
    }

    /**
     * A batch was taken by the socket, or was not.
     *
     * @param ahead bytes that were on their way before it
     * @param nanos how long it was on its way
     */
    void remove(InputRing batch, long ahead, long nanos) {
        events -= batch.size();
        eventBytes -= batch.bytes();
        double taken = (double) (ahead + batch.bytes()) * PATIENCE_NANOS / Math.max(1, nanos);
        bytes = (long) Math.min(most, taken);
    }
}
