package dev.antiphon.testkit.network;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * How bytes travel in one direction through a {@link FaultProxy}. Order is always kept, as TCP keeps it.
 *
 * @param delay how late each piece is
 * @param jitter by how much more or less than that, evenly spread
 * @param lossShare share of pieces, 0 to 1, that are late by a retransmission time-out: that is how a
 *     lost segment shows above TCP
 * @param segmentBytes most bytes handed to the network at once
 * @param bytesPerSecond most bytes in a second; what exceeds it waits at the sender, as behind a slow reader
 * @param cutAfterBytes byte of each connection behind which both its ends get a reset
 */
public record Link(
        Duration delay,
        Duration jitter,
        double lossShare,
        int segmentBytes,
        long bytesPerSecond,
        OptionalLong cutAfterBytes) {
    private static final Link CLEAR =
            new Link(Duration.ZERO, Duration.ZERO, 0, Integer.MAX_VALUE, Long.MAX_VALUE, OptionalLong.empty());

    public Link {
        if (delay.isNegative() || jitter.isNegative() || jitter.compareTo(delay) > 0) {
            throw new IllegalArgumentException("not a delay: " + delay + " give or take " + jitter);
        }
        if (lossShare < 0 || lossShare > 1) {
            throw new IllegalArgumentException("not a share: " + lossShare);
        }
        if (segmentBytes < 1 || bytesPerSecond < 1 || cutAfterBytes.orElse(0) < 0) {
            throw new IllegalArgumentException("nothing travels in " + segmentBytes + " bytes at once, "
                    + bytesPerSecond + " a second, until byte " + cutAfterBytes);
        }
    }

    /** Everything passes at once. */
    public static Link clear() {
        return CLEAR;
    }

    public Link delayed(Duration length) {
        return delayed(length, Duration.ZERO);
    }

    /**
     * Each piece late by about this length.
     *
     * @param giveOrTake by how much more or less; not more than {@code length}
     */
    public Link delayed(Duration length, Duration giveOrTake) {
        return new Link(length, giveOrTake, lossShare, segmentBytes, bytesPerSecond, cutAfterBytes);
    }

    public Link losing(double share) {
        return new Link(delay, jitter, share, segmentBytes, bytesPerSecond, cutAfterBytes);
    }

    public Link sliced(int bytes) {
        return new Link(delay, jitter, lossShare, bytes, bytesPerSecond, cutAfterBytes);
    }

    public Link limited(long bytesEachSecond) {
        return new Link(delay, jitter, lossShare, segmentBytes, bytesEachSecond, cutAfterBytes);
    }

    /** A reset as soon as this many bytes of a connection have passed; 0 cuts before the first. */
    public Link cutAfter(long bytes) {
        return new Link(delay, jitter, lossShare, segmentBytes, bytesPerSecond, OptionalLong.of(bytes));
    }
}
