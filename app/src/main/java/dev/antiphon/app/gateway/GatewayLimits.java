package dev.antiphon.app.gateway;

import java.time.Duration;

/**
 * Bounds of a gateway; whatever is beyond is refused, never queued.
 *
 * @param calls bounds of calls
 * @param requests bounds of requests
 * @param streams bounds of event streams
 * @param drainTime longest time for ending all calls when the gateway stops; {@link #LAST_WORDS} follow
 */
public record GatewayLimits(Calls calls, Requests requests, Streams streams, Duration drainTime) {
    /** How long at most pages may take, when the gateway stops, to read that their calls have ended. */
    public static final Duration LAST_WORDS = Duration.ofSeconds(2);

    public static final GatewayLimits DEFAULT = new GatewayLimits(
            new Calls(
                    100,
                    4,
                    Duration.ofMinutes(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(20)),
            new Requests(4_000, 64 * 1024, 16 * 1024, Duration.ofSeconds(8)),
            new Streams(4, 1_000, 1024 * 1024, Duration.ofSeconds(2), Duration.ofSeconds(10)),
            Duration.ofSeconds(5));

    /**
     * Bounds of calls.
     *
     * @param atOnce live calls in all; as many that have ended are kept
     * @param perClient live calls of one client; as many that have ended are kept
     * @param longest longest call
     * @param abandonedAfter a call that nobody listens to for this long is hung up
     * @param keptAfterEnd how long at most the events of an ended call can still be read
     * @param answerTime longest wait for the provider's answer
     */
    public record Calls(
            int atOnce,
            int perClient,
            Duration longest,
            Duration abandonedAfter,
            Duration keptAfterEnd,
            Duration answerTime) {}

    /**
     * Bounds of requests.
     *
     * @param connections open TCP connections; further ones wait to be accepted
     * @param offerBytes size of an SDP offer
     * @param textBytes size of a typed text with its JSON
     * @param time longest time for a request to arrive, head and body each
     */
    public record Requests(int connections, int offerBytes, int textBytes, Duration time) {}

    /**
     * Bounds of event streams.
     *
     * @param perCall streams of one call at a time
     * @param eventsKept events of a call kept for a stream that comes back
     * @param bytesKept size of these events; the newest is kept in any case
     * @param heartbeat pause after which a silent stream sends a comment
     * @param stalledAfter a stream whose browser takes nothing for this long is cut
     */
    public record Streams(int perCall, int eventsKept, int bytesKept, Duration heartbeat, Duration stalledAfter) {}

    /** Other numbers of calls. */
    public GatewayLimits withCalls(int inAll, int perClient) {
        return with(new Calls(
                inAll, perClient, calls.longest(), calls.abandonedAfter(), calls.keptAfterEnd(), calls.answerTime()));
    }

    /** Other lengths of calls. */
    public GatewayLimits withCallTimes(Duration longest, Duration abandoned) {
        return with(new Calls(
                calls.atOnce(), calls.perClient(), longest, abandoned, calls.keptAfterEnd(), calls.answerTime()));
    }

    /** Other bounds of event streams. */
    public GatewayLimits withStreams(int perCall, int kept, Duration beat, Duration stalled) {
        return new GatewayLimits(
                calls, requests, new Streams(perCall, kept, streams.bytesKept(), beat, stalled), drainTime);
    }

    /** Other times for requests and answers. */
    public GatewayLimits withTimes(Duration request, Duration answer) {
        Calls answered = new Calls(
                calls.atOnce(),
                calls.perClient(),
                calls.longest(),
                calls.abandonedAfter(),
                calls.keptAfterEnd(),
                answer);
        Requests timed = new Requests(requests.connections(), requests.offerBytes(), requests.textBytes(), request);
        return new GatewayLimits(answered, timed, streams, drainTime);
    }

    private GatewayLimits with(Calls other) {
        return new GatewayLimits(other, requests, streams, drainTime);
    }
}
