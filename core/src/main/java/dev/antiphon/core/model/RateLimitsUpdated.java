package dev.antiphon.core.model;

import java.util.List;

/** {@code rate_limits.updated}; the list may be empty. */
public record RateLimitsUpdated(Envelope envelope, List<RateLimit> rateLimits) implements ServerEvent {
    public RateLimitsUpdated {
        rateLimits = List.copyOf(rateLimits);
    }

    @Override
    public <R> R fold(ServerEventFold<R> fold) {
        return fold.rateLimitsUpdated(this);
    }

    /**
     * One limit.
     *
     * @param name {@code requests}, {@code tokens} or what a newer server calls it
     * @param resetSeconds seconds until the limit is whole again
     */
    public record RateLimit(String name, long limit, long remaining, double resetSeconds) {}
}
