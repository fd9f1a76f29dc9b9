package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.transport.websocket.Dialer;
import dev.antiphon.transport.websocket.HttpAnswer;
import dev.antiphon.transport.websocket.HttpCall;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.RefusedException;
import dev.antiphon.transport.websocket.wire.SipCalls;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionStage;

/**
 * Commands for calls that are not conversations of ours (yet): answers, turns away, passes on and
 * ends calls, by their id.
 *
 * <p>To talk in a call that was accepted, join it: {@link SidebandTransport#joining} with
 * {@link SidebandTransport#ticketFor}. Each command is one request that is never repeated. Its stage
 * completes when the server has agreed and fails with a {@link TransportException}, off the event
 * loops. Safe for use by any thread; never blocks.
 */
public final class CallClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final int MAX_BODY = 16 * 1024;

    private final RealtimeEndpoint endpoint;
    private final Dialer dialer;

    private CallClient(RealtimeEndpoint endpoint, Dialer dialer) {
        this.endpoint = endpoint;
        this.dialer = dialer;
    }

    /** A client of that endpoint, on those event loops. */
    public static CallClient of(RealtimeEndpoint endpoint, NettyResources resources) {
        return new CallClient(
                endpoint, Dialer.builder(endpoint).resources(resources).build());
    }

    /**
     * Answers an incoming call with a session.
     *
     * @throws IllegalArgumentException if the session cannot be sent
     */
    public CompletionStage<Void> accept(CallId call, SessionConfig session) {
        return post(
                "accept",
                sip().acceptUrl(endpoint.baseUrl(), call.value()),
                endpoint.dialect().codec().sessionForCall(session));
    }

    /**
     * Turns an incoming call away.
     *
     * @param sipStatus SIP status that the caller's side sees: 486 is busy, 603 is declined
     * @throws IllegalArgumentException if the status is not a final failure, 300 to 699
     */
    public CompletionStage<Void> reject(CallId call, int sipStatus) {
        if (sipStatus < 300 || sipStatus > 699) {
            throw new IllegalArgumentException("a rejection has a SIP status of 300 to 699, not " + sipStatus);
        }
        return post("reject", sip().rejectUrl(endpoint.baseUrl(), call.value()), sip().rejection(sipStatus));
    }

    /**
     * Passes a call on to another party.
     *
     * @param target {@code tel:} or {@code sip:} address
     * @throws IllegalArgumentException if the target is another kind of address
     */
    public CompletionStage<Void> refer(CallId call, URI target) {
        String scheme = target.getScheme() == null ? "" : target.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("tel") && !scheme.equals("sip") && !scheme.equals("sips")) {
            throw new IllegalArgumentException("a call is passed on to a tel: or sip: address, not to " + scheme + ":");
        }
        return post("refer", sip().referUrl(endpoint.baseUrl(), call.value()), sip().referral(target));
    }

    /** Ends a call of any kind. A call that the server does not know fails with status 404. */
    public CompletionStage<Void> hangUp(CallId call) {
        return send("hang-up", HttpCall.post(endpoint.hangupUrl(call.value())));
    }

    private SipCalls sip() {
        return endpoint.dialect()
                .sip()
                .orElseThrow(() -> new UnsupportedOperationException(
                        "the dialect " + endpoint.dialect().name() + " has no telephone calls"));
    }

    private CompletionStage<Void> post(String what, URI url, byte[] json) {
        return send(what, HttpCall.post(url).withBody("application/json", json));
    }

    private CompletionStage<Void> send(String what, HttpCall call) {
        HttpCall bounded = call.withDeadline(TIMEOUT).withMaxBody(MAX_BODY);
        return dialer.send(bounded, dialer.nextLoop()).answer().thenAcceptAsync(answer -> checkAgreed(what, answer));
    }

    private void checkAgreed(String what, HttpAnswer answer) {
        if (!answer.isSuccess()) {
            throw RefusedException.of(answer, Fault.CALL_REJECTED, what, endpoint.host(), 1);
        }
    }
}
