package dev.antiphon.app.gateway;

import java.time.Duration;

/**
 * Bounds of a gateway; whatever is beyond is refused, never queued.
 *
 * @param calls live calls in all
 * @param callsPerClient live calls of one client
 * @param connections open TCP connections; further ones wait to be accepted
 * @param offerBytes size of an SDP offer
 * @param textBytes size of a typed text with its JSON
 * @param streamsPerCall event streams of one call at a time
 * @param eventsKept events of a call kept for a stream that comes back
 * @param callDuration longest call
 * @param abandonedAfter a call that nobody listens to for this long is hung up
 * @param keptAfterEnd how long the events of an ended call can still be read
 * @param answerTime longest wait for the provider's answer
 * @param requestTime longest time for a request to arrive, head and body each
 * @param heartbeat pause after which a silent event stream sends a comment
 * @param stalledAfter an event stream whose browser takes nothing for this long is cut
 * @param drainTime longest time for ending all calls when the gateway stops
 */
public record GatewayLimits(
        int calls,
        int callsPerClient,
        int connections,
        int offerBytes,
        int textBytes,
        int streamsPerCall,
        int eventsKept,
        Duration callDuration,
        Duration abandonedAfter,
        Duration keptAfterEnd,
        Duration answerTime,
        Duration requestTime,
        Duration heartbeat,
        Duration stalledAfter,
        Duration drainTime) {
    public static final GatewayLimits DEFAULT = new GatewayLimits(
            100,
            4,
            4_000,
            64 * 1024,
            16 * 1024,
            4,
            1_000,
            Duration.ofMinutes(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(8),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(8));

    /** Other numbers of calls. */
    public GatewayLimits withCalls(int inAll, int perClient) {
        return new GatewayLimits(
                inAll,
                perClient,
                connections,
                offerBytes,
                textBytes,
                streamsPerCall,
                eventsKept,
                callDuration,
                abandonedAfter,
                keptAfterEnd,
                answerTime,
                requestTime,
                heartbeat,
                stalledAfter,
                drainTime);
    }

    /** Other lengths of calls. */
    public GatewayLimits withCallTimes(Duration longest, Duration abandoned) {
        return new GatewayLimits(
                calls,
                callsPerClient,
                connections,
                offerBytes,
                textBytes,
                streamsPerCall,
                eventsKept,
                longest,
                abandoned,
                keptAfterEnd,
                answerTime,
                requestTime,
                heartbeat,
                stalledAfter,
                drainTime);
    }

    /** Other bounds of event streams. */
    public GatewayLimits withStreams(int perCall, int kept, Duration beat, Duration stalled) {
        return new GatewayLimits(
                calls,
                callsPerClient,
                connections,
                offerBytes,
                textBytes,
                perCall,
                kept,
                callDuration,
                abandonedAfter,
                keptAfterEnd,
                answerTime,
                requestTime,
                beat,
                stalled,
                drainTime);
    }

    /** Other times for requests and answers. */
    public GatewayLimits withTimes(Duration request, Duration answer) {
        return new GatewayLimits(
                calls,
                callsPerClient,
                connections,
                offerBytes,
                textBytes,
                streamsPerCall,
                eventsKept,
                callDuration,
                abandonedAfter,
                keptAfterEnd,
                answer,
                request,
                heartbeat,
                stalledAfter,
                drainTime);
    }
}
