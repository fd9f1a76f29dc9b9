package dev.antiphon.app.gateway;

import dev.antiphon.core.Outcome;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What clients can do: begin a call, hear it, type, interrupt, hang up. Never blocks; safe for use by any thread. */
final class CallActions {
    private static final Logger log = LoggerFactory.getLogger(CallActions.class);

    private final CallDesk desk;
    private final Provider provider;
    private final SessionConfig session;
    private final GatewayLimits limits;
    private final Optional<JoinDelay> joinDelay;
    private final Executor threads;
    private final ScheduledExecutorService timer;
    private final KeyWatch key;
    private final GatewayMetrics metrics;
    private final ProviderFaults faults;

    CallActions(
            CallDesk desk,
            Provider provider,
            SessionConfig session,
            GatewaySettings settings,
            KeyWatch key,
            GatewayMetrics metrics,
            Executor threads,
            ScheduledExecutorService timer) {
        this.desk = desk;
        this.provider = provider;
        this.session = session;
        this.limits = settings.limits();
        this.joinDelay = settings.joinDelay();
        this.key = key;
        this.metrics = metrics;
        this.faults = new ProviderFaults(key);
        this.threads = threads;
        this.timer = timer;
    }

    /** What the page must know before it can be used. */
    void config(Exchange exchange, boolean asksForToken) {
        exchange.json(
                200,
                Json.object()
                        .put("simulated", joinDelay.isPresent())
                        .put("longestJoinDelayMillis", joinDelay.isPresent() ? JoinDelay.LONGEST.toMillis() : 0)
                        .put("asksForToken", asksForToken)
                        .toString());
    }

    /** {@code POST /calls}: an offer comes in, the answer goes out at once. */
    void call(Exchange exchange, String client) {
        if (!exchange.contentType().equals("application/sdp")) {
            exchange.problem(Problem.of(415, "not an offer", "send the SDP offer as application/sdp"));
            return;
        } else if (exchange.header(HttpHeader.CONTENT_ENCODING).isPresent()) {
            exchange.problem(Problem.of(415, "compressed", "send the offer as it is, not compressed"));
            return;
        }
        Optional<Duration> delay;
        try {
            delay = delayOf(exchange.request());
        } catch (IllegalArgumentException unusable) {
            exchange.problem(Problem.of(
                    400,
                    "bad delay",
                    "joinDelayMillis is a number of milliseconds up to " + JoinDelay.LONGEST.toMillis()
                            + ", for a simulated provider only"));
            return;
        }
        withBody(exchange, limits.requests().offerBytes(), body -> {
            OfferPolicy.Verdict verdict = OfferPolicy.judge(body);
            if (verdict.problem().isPresent()) {
                exchange.problem(verdict.problem().get());
            } else {
                admit(exchange, client, verdict.offer().orElseThrow(), delay);
            }
        });
    }

    private void admit(Exchange exchange, String client, SdpOffer offer, Optional<Duration> delay) {
        CallDesk.Admission admission = desk.admit(client);
        if (admission.call().isEmpty()) {
            exchange.problem(
                    switch (admission.refusal().orElseThrow()) {
                        case DRAINING ->
                            Problem.of(503, "stopping", "the gateway is about to stop")
                                    .retryAfter(Duration.ofSeconds(10));
                        case FULL ->
                            Problem.of(429, "full", "the gateway takes no further calls right now")
                                    .retryAfter(Duration.ofSeconds(5));
                        case CLIENT_QUOTA ->
                            Problem.of(429, "too many calls", "end one of your calls first")
                                    .retryAfter(Duration.ofSeconds(5));
                    });
            return;
        }
        begin(exchange, admission.call().get(), offer, delay);
    }

    private void begin(Exchange exchange, GatewayCall call, SdpOffer offer, Optional<Duration> delay) {
        long begun = System.nanoTime();
        CompletionStage<?> released;
        try {
            joinDelay.ifPresent(holder -> delay.ifPresent(holder::ofNextCall));
            released = desk.watch(call, call.begin(provider, session, offer).closed());
        } catch (IllegalStateException stopping) {
            desk.giveUp(call);
            exchange.problem(Problem.of(503, "stopping", "the gateway is about to stop"));
            return;
        } catch (RuntimeException unexpected) {
            call.hangUp();
            desk.giveUp(call);
            broken(exchange, Problem.of(502, "provider fails", "the provider did not create the call"), unexpected);
            return;
        }
        exchange.request().addIdleTimeoutListener(timeout -> false);
        CompletionStage<SdpAnswer> answered = call.answer()
                .toCompletableFuture()
                .orTimeout(limits.calls().answerTime().toMillis(), TimeUnit.MILLISECONDS);
        answered.whenComplete((answer, failure) -> {
            if (failure == null) {
                faults.onAnswer();
                answered(exchange, call, answer, begun);
            } else {
                desk.drop(call);
                // Whoever asks again at once finds the place free.
                released.whenComplete((free, never) -> failed(exchange, faults.problem(failure)));
            }
        });
    }

    private static void answered(Exchange exchange, GatewayCall call, SdpAnswer answer, long begun) {
        double millis = (System.nanoTime() - begun) / 1e6;
        exchange.response().getHeaders().put(HttpHeader.LOCATION, "/calls/" + call.id());
        exchange.response().getHeaders().put("Server-Timing", String.format(Locale.ROOT, "answer;dur=%.1f", millis));
        exchange.send(201, Optional.of("application/sdp"), answer.text().getBytes(StandardCharsets.UTF_8));
    }

    private static void failed(Exchange exchange, Problem problem) {
        String instance = "urn:uuid:" + UUID.randomUUID();
        log.warn("call creation failed: {} ({}), {}", problem.title(), problem.status(), instance);
        exchange.problem(problem, instance);
    }

    /** A mistake in here or in what was configured: the log tells which, the client does not wait for ever. */
    private static void broken(Exchange exchange, Problem problem, RuntimeException unexpected) {
        String instance = "urn:uuid:" + UUID.randomUUID();
        log.error("a request failed unexpectedly, {}", instance, unexpected);
        exchange.problem(problem, instance);
    }

    private Optional<Duration> delayOf(Request request) {
        Fields query = Request.extractQueryParameters(request);
        String millis = query.getValue("joinDelayMillis");
        if (millis == null) {
            return Optional.empty();
        }
        Duration delay = Duration.ofMillis(Long.parseLong(millis));
        if (joinDelay.isEmpty() || delay.isNegative() || delay.compareTo(JoinDelay.LONGEST) > 0) {
            throw new IllegalArgumentException("no such delay");
        }
        return Optional.of(delay);
    }

    /** {@code GET /calls/ID/events}: what happens in the call, from where the client left off. */
    void events(Exchange exchange, String id, String client) {
        Optional<GatewayCall> found = find(exchange, id, client);
        if (found.isEmpty()) {
            return;
        }
        GatewayCall call = found.get();
        if (!call.admitStream(limits.streams().perCall())) {
            exchange.problem(Problem.of(429, "too many streams", "this call has as many listeners as it may have")
                    .retryAfter(Duration.ofSeconds(1)));
            return;
        }
        exchange.response().setStatus(200);
        exchange.response().getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
        exchange.response().getHeaders().put("X-Accel-Buffering", "no");
        new EventStream(
                        call.log(),
                        lastEventId(exchange),
                        exchange.request(),
                        exchange.response(),
                        exchange.callback(),
                        threads,
                        timer,
                        limits,
                        cut -> ended(call, cut))
                .open();
    }

    private void ended(GatewayCall call, boolean cut) {
        call.releaseStream();
        if (cut) {
            metrics.onStreamCut();
        }
    }

    private static long lastEventId(Exchange exchange) {
        String value = exchange.header("Last-Event-ID").orElse("0");
        return value.length() <= 18 && value.chars().allMatch(c -> c >= '0' && c <= '9') && !value.isEmpty()
                ? Long.parseLong(value)
                : 0;
    }

    /** {@code POST /calls/ID/text}: a typed text; taken before the sideband stands, too. */
    void text(Exchange exchange, String id, String client) {
        if (!exchange.contentType().equals("application/json")) {
            exchange.problem(Problem.of(415, "not JSON", "send {\"text\":\"…\"} as application/json"));
            return;
        }
        Optional<GatewayCall> found = find(exchange, id, client);
        if (found.isPresent()) {
            withBody(exchange, limits.requests().textBytes(), body -> type(exchange, found.get(), body));
        }
    }

    private static void type(Exchange exchange, GatewayCall call, byte[] body) {
        String text;
        try {
            JsonNode value =
                    Json.parse(new String(body, StandardCharsets.UTF_8)).path("text");
            text = value.isString() ? value.stringValue().strip() : "";
        } catch (JacksonException unreadable) {
            text = "";
        }
        if (text.isEmpty()) {
            exchange.problem(Problem.of(400, "no text", "send {\"text\":\"…\"} with something in it"));
            return;
        }
        Receipt receipt = call.type(text);
        if (receipt.isAccepted()) {
            exchange.json(202, Json.object().put("item", receipt.itemId()).toString());
        } else {
            receipt.outcome().whenComplete((outcome, never) -> exchange.problem(refusal(outcome)));
        }
    }

    private static Problem refusal(Outcome outcome) {
        boolean full = outcome instanceof Outcome.NotSent lost && lost.reason() == Outcome.Reason.LANE_FULL;
        return full
                ? Problem.of(429, "queue full", "the texts typed before still wait for the provider")
                        .retryAfter(Duration.ofSeconds(1))
                : Problem.of(409, "call ended", "the call is ending or has ended");
    }

    /** {@code POST /calls/ID/interrupt}: the model stops speaking. */
    void interrupt(Exchange exchange, String id, String client) {
        find(exchange, id, client)
                .ifPresent(call -> call.interrupt().whenComplete((done, failure) -> {
                    if (failure == null) {
                        exchange.empty(204);
                    } else {
                        exchange.problem(Problem.of(409, "not interrupted", "the call is ending or has ended"));
                    }
                }));
    }

    /** {@code DELETE /calls/ID}: hangs up. */
    void hangUp(Exchange exchange, String id, String client) {
        find(exchange, id, client).ifPresent(call -> {
            call.hangUp();
            exchange.empty(204);
        });
    }

    /** {@code GET /health}. */
    void health(Exchange exchange) {
        boolean draining = desk.isDraining();
        boolean refused = key.isRefused();
        String status = draining ? "stopping" : refused ? "provider refuses the credentials" : "up";
        exchange.json(
                draining || refused ? 503 : 200,
                Json.object().put("status", status).put("calls", desk.live()).toString());
    }

    private Optional<GatewayCall> find(Exchange exchange, String id, String client) {
        Optional<GatewayCall> found = desk.find(id, client);
        if (found.isEmpty()) {
            exchange.problem(Problem.NO_SUCH_CALL);
        }
        return found;
    }

    private void withBody(Exchange exchange, int mostBytes, Consumer<byte[]> then) {
        if (exchange.request().getLength() > mostBytes) {
            exchange.problem(Problem.of(413, "too long", "at most " + mostBytes + " bytes"));
            return;
        }
        exchange.body().read(mostBytes, limits.requests().time()).whenComplete((body, failure) -> {
            if (failure == null) {
                accept(exchange, then, body);
            } else if (failure instanceof TimeoutException) {
                exchange.problem(Problem.of(408, "too slow", "the body did not arrive in time"));
            } else if (failure instanceof RequestBody.TooLongException) {
                exchange.problem(Problem.of(413, "too long", "at most " + mostBytes + " bytes"));
            } else {
                exchange.problem(Problem.of(400, "bad request", "the body is malformed or broke off"));
            }
        });
    }

    private static void accept(Exchange exchange, Consumer<byte[]> then, byte[] body) {
        try {
            then.accept(body);
        } catch (RuntimeException unexpected) {
            broken(exchange, Problem.of(500, "gateway fails", "the request could not be handled"), unexpected);
        }
    }
}
