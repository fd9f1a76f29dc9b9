package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.transport.webrtc.CallWire.PostOutcome;
import dev.antiphon.transport.webrtc.RetryTable.Verdict;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Creates one call: posts the offer until there is an answer, a final refusal or no time left.
 *
 * <p>Each success is billed, so a request of which a byte may have left is repeated only where the
 * {@link RetryTable} says that the server did not act. Whatever call may exist and is not handed over
 * goes to the orphan guard, also after {@link #abandon}. All fields are confined to the owner.
 */
final class CallCreation implements Background.Work {
    /** Hears the result: one of the two, once, unless the creation was abandoned before. */
    interface Listener {
        void onCreated(CallId call, SdpAnswer answer);

        void onFailed(TransportException failure);
    }

    private final CallWire wire;
    private final Timers timers;
    private final CallSettings settings;
    private final EndpointBreaker breaker;
    private final OrphanGuard orphans;
    private final Background background;
    private final CallOrder order;
    private final boolean keepsMedia;
    private final Listener listener;
    private final IntervalFunction pauses;
    private final long startNanos;

    private int tries;
    private boolean abandoned;
    private boolean overdue;
    private CallWire.@Nullable Posting posting;
    private Scheduler.Timer pause = () -> {};
    private Scheduler.Timer limit = () -> {};

    CallCreation(SidebandContext context, CallWire wire, Timers timers, CallOrder order, Listener listener) {
        this.wire = wire;
        this.timers = timers;
        this.settings = context.settings().call();
        this.breaker = context.breaker();
        this.orphans = context.orphans();
        this.background = context.background();
        this.order = order;
        this.keepsMedia = !context.settings().end().hangUpOnJoinFailure();
        this.listener = listener;
        this.pauses = settings.backoff().intervals();
        this.startNanos = timers.nanoTime();
    }

    void start() {
        tryOnce();
    }

    /** Nobody waits for the answer any more: a request on its way is still heard out and its call ended. */
    void abandon() {
        abandoned = true;
        pause.cancel();
        limit.cancel();
        if (posting != null) {
            background.begin(this);
            posting.abandon();
        }
    }

    private void tryOnce() {
        if (!breaker.admits()) {
            StepFailure failure = StepFailure.network(
                    new TransportException(
                            Fault.ENDPOINT_UNAVAILABLE,
                            "call creation at " + wire.host() + ": it keeps failing and is not tried for "
                                    + breaker.openFor().toMillis() + " ms"),
                    false);
            if (tries == 0) {
                listener.onFailed(failure.cause());
            } else {
                retryAfter(failure);
            }
            return;
        }
        tries++;
        Duration timeout = shorter(settings.tryTimeout(), left());
        Duration late = timeout.plus(settings.lateAnswerWithin());
        posting = wire.createCall(order, tries, late, settings.maxAnswerBytes(), this::onOutcome);
        limit = timers.after(timeout, this::expire);
    }

    private void expire() {
        CallWire.Posting expired = posting;
        if (expired != null) {
            expired.expire();
            wire.owner().execute(() -> {
                if (posting == expired && !abandoned) {
                    onOverdue();
                }
            });
        }
    }

    /** The request is out and nothing has come back: the start fails, its late answer is still heard out. */
    private void onOverdue() {
        TransportException unanswered = new TransportException(
                Fault.CONNECTION_LOST, "no answer from " + wire.host() + " within the time of one try");
        breaker.failed(StepFailure.network(unanswered, true));
        overdue = true;
        background.begin(this);
        deliver(outcomeUnknown(unanswered));
        abandoned = true;
    }

    private void onOutcome(PostOutcome outcome) {
        posting = null;
        limit.cancel();
        if (outcome instanceof PostOutcome.Answered answered) {
            if (!overdue) {
                breaker.answered();
            }
            onAnswered(answered.answer());
        } else if (outcome instanceof PostOutcome.Failed failed) {
            tellBreaker(failed.failure());
            onFailed(failed.failure(), failed.partial());
        }
        background.end(this);
    }

    /** A request that we called back ourselves says nothing about the endpoint; one that was overdue has said it. */
    private void tellBreaker(StepFailure failure) {
        if (overdue) {
            return;
        }
        if (abandoned && !failure.mayHaveReached()) {
            breaker.notTried();
        } else {
            breaker.failed(failure);
        }
    }

    /** Reports the call that a request on its way may have created. Also before {@link #abandon}. */
    @Override
    public void onLoopsGone() {
        limit.cancel();
        if (posting != null) {
            posting = null;
            orphans.report(new PossibleOrphan(
                    order.requestId(),
                    Optional.empty(),
                    wire.host(),
                    "the event loops were closed while call creation was on its way"));
        }
        background.end(this);
    }

    private void onAnswered(PostAnswer answer) {
        List<CallId> calls = wire.callIdsIn(answer.locations());
        if (abandoned) {
            discard(calls, answer.requestId(), "the start was given up before the call was created");
            return;
        }
        AnswerCheck.Result checked =
                AnswerCheck.of(answer.body(), answer.contentType(), order.offer(), settings.answerRigour());
        if (checked.defect().isPresent()) {
            discard(calls, answer.requestId(), "the answer cannot be used");
            fail(Fault.BAD_ANSWER, answer, checked.answer(), checked.defect().get());
        } else if (calls.size() != 1) {
            onNoSingleCall(answer, calls, checked.answer());
        } else {
            listener.onCreated(calls.get(0), checked.answer().orElseThrow());
        }
    }

    private void onNoSingleCall(PostAnswer answer, List<CallId> calls, Optional<SdpAnswer> sdp) {
        String defect = locationDefect(answer, calls);
        if (keepsMedia) {
            // The answer comes first and is in use then: hanging up would cut the caller off.
            fail(Fault.BAD_CALL_RESPONSE, answer, sdp, defect + "; " + SidebandConnection.MEDIA_ONLY);
            reportUnnamed(answer.requestId(), SidebandConnection.MEDIA_ONLY + ": " + defect);
        } else {
            discard(calls, answer.requestId(), "the server named no single call id");
            fail(Fault.BAD_CALL_RESPONSE, answer, sdp, defect);
        }
    }

    private void onFailed(StepFailure failure, Optional<PostAnswer> partial) {
        if (partial.isPresent()) {
            PostAnswer head = partial.get();
            discard(wire.callIdsIn(head.locations()), head.requestId(), "the answer never arrived whole");
            fail(Fault.BAD_ANSWER, head, Optional.empty(), "the body is incomplete or too large", failure.cause());
            return;
        }
        Verdict verdict = RetryTable.afterCreation(failure, settings.retryServerErrors());
        if (verdict == Verdict.UNKNOWN_OUTCOME) {
            orphans.report(new PossibleOrphan(
                    order.requestId(), Optional.empty(), wire.host(), "call creation was sent and never answered"));
            deliver(outcomeUnknown(failure.cause()));
        } else if (verdict == Verdict.FINAL) {
            deliver(failure.cause());
        } else if (!abandoned) {
            retryAfter(failure);
        }
    }

    private void retryAfter(StepFailure failure) {
        Duration backoff = Duration.ofMillis(pauses.apply(Math.max(1, Math.min(tries, 32))));
        Duration wait = failure.retryAfter()
                .filter(asked -> asked.compareTo(backoff) > 0)
                .orElse(backoff);
        if (wait.compareTo(left()) >= 0) {
            deliver(failure.cause());
        } else {
            pause = timers.after(wait, this::tryOnce);
        }
    }

    private TransportException outcomeUnknown(TransportException cause) {
        return new TransportException(
                Fault.CALL_OUTCOME_UNKNOWN,
                "call creation at " + wire.host() + " was sent and never answered, request id " + order.requestId(),
                cause);
    }

    private void discard(List<CallId> calls, Optional<String> serverRequestId, String why) {
        for (CallId call : calls) {
            orphans.hangUpUnheld(wire, call);
        }
        if (calls.isEmpty()) {
            reportUnnamed(serverRequestId, why);
        }
    }

    private void reportUnnamed(Optional<String> serverRequestId, String why) {
        orphans.report(
                new PossibleOrphan(serverRequestId.orElse(order.requestId()), Optional.empty(), wire.host(), why));
    }

    private static String locationDefect(PostAnswer answer, List<CallId> calls) {
        if (answer.locations().isEmpty()) {
            return "there is no Location header, so the call cannot be joined";
        }
        return calls.isEmpty()
                ? "the Location header holds no usable call id"
                : "it names " + calls.size() + " different calls";
    }

    private void fail(Fault fault, PostAnswer answer, Optional<SdpAnswer> sdp, String defect) {
        fail(fault, answer, sdp, defect, null);
    }

    private void fail(
            Fault fault,
            PostAnswer answer,
            Optional<SdpAnswer> sdp,
            String defect,
            @Nullable TransportException cause) {
        deliver(new TransportException(
                fault,
                "call creation at " + wire.host() + " answered " + answer.status() + ": " + defect + "; request id "
                        + answer.requestId().orElse(order.requestId()),
                answer.status(),
                sdp,
                cause));
    }

    private void deliver(TransportException failure) {
        if (!abandoned) {
            listener.onFailed(failure);
        }
    }

    private Duration left() {
        return settings.deadline().minusNanos(timers.nanoTime() - startNanos);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
