package dev.antiphon.testkit.media;

/** Remembers the last 64 packet indices, so that none is taken twice (RFC 3711 §3.3.2). */
final class ReplayWindow {
    private static final int SIZE = 64;

    private long highest = -1;
    /** Bit n: whether {@code highest − n} was seen. */
    private long seen;

    /** Whether this index is new and not too old to tell. */
    boolean isFresh(long index) {
        long age = highest - index;
        return age < 0 || (age < SIZE && (seen & 1L << age) == 0);
    }

    /** Marks a fresh index as seen. Call it for authentic packets only. */
    void mark(long index) {
        if (index > highest) {
            long ahead = index - highest;
            seen = ahead >= SIZE ? 0 : seen << ahead;
            highest = index;
        }
        seen |= 1L << (highest - index);
    }

    /** The highest index seen; −1 if none was. */
    long highest() {
        return highest;
    }
}
