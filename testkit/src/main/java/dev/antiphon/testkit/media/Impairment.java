package dev.antiphon.testkit.media;

import java.time.Duration;

/**
 * A bad network between a peer and its callers, for datagrams of every kind and both ways.
 *
 * @param loss share of the datagrams that never arrive, 0 to 1
 * @param delay how much later the others arrive
 * @param jitter up to this is added to the delay, so that datagrams overtake each other
 */
public record Impairment(double loss, Duration delay, Duration jitter) {
    /** A perfect network. */
    public static final Impairment NONE = new Impairment(0, Duration.ZERO, Duration.ZERO);

    public Impairment {
        if (!(loss >= 0 && loss <= 1) || delay.isNegative() || jitter.isNegative()) {
            throw new IllegalArgumentException(
                    "not a network: loss " + loss + ", delay " + delay + ", jitter " + jitter);
        }
    }

    /** A network that loses datagrams. */
    public static Impairment losing(double share) {
        return new Impairment(share, Duration.ZERO, Duration.ZERO);
    }

    /** A network that is far away. */
    public static Impairment delaying(Duration delay) {
        return new Impairment(0, delay, Duration.ZERO);
    }

    /** The same with jitter. */
    public Impairment withJitter(Duration upTo) {
        return new Impairment(loss, delay, upTo);
    }
}
