package dev.antiphon.core;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ClientEvent.ResponseCreate;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.Response;
import dev.antiphon.core.model.ResponseConfig;
import dev.antiphon.core.port.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Lets one {@code response.create} out at a time. While a response runs, requests wait; plain
 * requests that wait are one request. Released by {@code response.done}, by the error that names the
 * event id of the create, or by a deadline where the server says nothing. Guarded by the
 * conversation's lock.
 */
final class ResponseGate {
    /** Error code of a create that met a running response: the request waits for its end. */
    static final String ALREADY_ACTIVE = "conversation_already_has_active_response";

    /** Requests with overrides that may wait at once. */
    static final int MAX_WAITING = 64;

    /** How long the server may leave a create, or a conflict, without a word. */
    static final Duration ANSWER_DEADLINE = Duration.ofSeconds(30);

    /** A request that is not answered yet. */
    private static final class Request {
        final String eventId;
        final Optional<ResponseConfig> overrides;
        final Promise<String> responseId;
        long barrier;

        Request(String eventId, Optional<ResponseConfig> overrides, long barrier, Executor stageThreads) {
            this.eventId = eventId;
            this.overrides = overrides;
            this.barrier = barrier;
            this.responseId = new Promise<>(stageThreads);
        }
    }

    private final ConversationTimers timers;
    private final Steps steps;
    private final Executor stageThreads;

    private final Deque<Request> waiting = new ArrayDeque<>(1);

    /** Written or being written, and not answered. */
    private @Nullable Request sent;

    /**
     * The request that the last {@code response.created} was taken to answer. If the server started
     * that response by itself, an error about this request still follows.
     */
    private @Nullable Request answered;

    /** Ids of responses that run. */
    private final Set<String> active = new HashSet<>(2);

    /** The server said that one runs whose id we do not know. */
    private boolean unknownActive;

    private Scheduler.@Nullable Timer deadline;
    private long finished;

    ResponseGate(ConversationTimers timers, Steps steps, Executor stageThreads) {
        this.timers = timers;
        this.steps = steps;
        this.stageThreads = stageThreads;
    }

    /**
     * Asks for a response after everything accepted so far.
     *
     * @param barrier sequence number of the last accepted input
     */
    CompletionStage<String> request(String eventId, Optional<ResponseConfig> overrides, long barrier) {
        Request last = waiting.peekLast();
        if (last != null && last.overrides.isEmpty() && overrides.isEmpty()) {
            last.barrier = barrier;
            return last.responseId.stage();
        }
        Request request = new Request(eventId, overrides, barrier, stageThreads);
        if (waiting.size() >= MAX_WAITING) {
            request.responseId.fail(
                    new NotSentException(Outcome.Reason.LANE_FULL, MAX_WAITING + " response requests wait already"));
        } else {
            waiting.addLast(request);
        }
        return request.responseId.stage();
    }

    /** Whether a create may leave now. */
    boolean isDue(InputLanes lanes) {
        Request next = waiting.peekFirst();
        return next != null && sent == null && !isActive() && lanes.hasLeftBefore(next.barrier);
    }

    boolean isActive() {
        return unknownActive || !active.isEmpty();
    }

    /** The running response, if exactly its id is known. */
    Optional<String> activeId() {
        return active.size() == 1 ? Optional.of(active.iterator().next()) : Optional.empty();
    }

    /** The id of the response that was asked for and is not there yet; empty if none is on its way. */
    Optional<CompletionStage<String>> onItsWay() {
        return sent == null || isActive() ? Optional.empty() : Optional.of(sent.responseId.stage());
    }

    long finished() {
        return finished;
    }

    /** Moves the due create out. */
    void takeDue(InputRing target, long now) {
        Request next = waiting.removeFirst();
        sent = next;
        arm();
        target.addLast(new ResponseCreate(next.eventId, next.overrides), null, next.barrier, now);
    }

    /** No byte of the create left: it is due again. */
    void notWritten(ClientEvent event) {
        Request request = sent;
        if (request != null && request.eventId.equals(event.eventId())) {
            sent = null;
            disarm();
            waiting.addFirst(request);
        }
    }

    void notEncodable(ClientEvent event, String why, Deferred after) {
        Request request = sent;
        if (request != null && request.eventId.equals(event.eventId())) {
            failSent(new NotSentException(Outcome.Reason.NOT_ENCODABLE, why), after);
        }
    }

    void onCreated(Response response, Deferred after) {
        if (response.id().isEmpty()) {
            unknownActive = true;
        } else {
            active.add(response.id());
        }
        Request request = sent;
        if (request != null) {
            sent = null;
            disarm();
            answered = request;
            after.complete(() -> request.responseId.complete(response.id()));
        }
    }

    void onDone(Response response) {
        finished++;
        if (!active.remove(response.id()) || active.isEmpty()) {
            unknownActive = false;
        }
    }

    void onError(ErrorDetail error, Deferred after) {
        Request request = sent;
        if (request == null) {
            onLateError(error);
            return;
        }
        boolean names = request.eventId.equals(error.eventId());
        if (isConflict(error) && (names || error.eventId().isEmpty())) {
            sent = null;
            waiting.addFirst(request);
            unknownActive = active.isEmpty();
            if (unknownActive) {
                arm();
            } else {
                disarm();
            }
        } else if (names) {
            failSent(new RejectedException(error), after);
        } else {
            onLateError(error);
        }
    }

    /** An error about a create whose answer we thought we had: the response that came was another's. */
    private void onLateError(ErrorDetail error) {
        Request request = answered;
        if (request != null && request.eventId.equals(error.eventId())) {
            answered = null;
            if (isConflict(error)) {
                waiting.addFirst(request);
            }
        }
    }

    private static boolean isConflict(ErrorDetail error) {
        // Older servers name neither code nor event: then the text is all there is.
        return ALREADY_ACTIVE.equals(error.code())
                || (error.code().isEmpty()
                        && error.eventId().isEmpty()
                        && error.message().startsWith("Conversation already has an active response"));
    }

    private void arm() {
        disarm();
        deadline = timers.after(ANSWER_DEADLINE, () -> steps.step(this::expire));
    }

    private void disarm() {
        Scheduler.Timer timer = deadline;
        if (timer != null) {
            timer.cancel();
            deadline = null;
        }
    }

    private void expire(Deferred after) {
        deadline = null;
        unknownActive = false;
        failSent(
                new NotSentException(
                        Outcome.Reason.CONFIRMATION_OVERDUE,
                        "the server did not answer response.create within " + ANSWER_DEADLINE),
                after);
    }

    /** The connection is gone: what ran on it is unknown, what was sent cannot be answered any more. */
    void onConnectionLost(Deferred after) {
        active.clear();
        unknownActive = false;
        answered = null;
        failSent(
                new NotSentException(
                        Outcome.Reason.CONNECTION_LOST, "the connection was lost before the response was created"),
                after);
        disarm();
    }

    void close(RuntimeException why, Deferred after) {
        failSent(why, after);
        disarm();
        waiting.forEach(open -> fail(open, why, after));
        waiting.clear();
    }

    private void failSent(RuntimeException why, Deferred after) {
        Request request = sent;
        if (request != null) {
            sent = null;
            disarm();
            fail(request, why, after);
        }
    }

    private static void fail(Request request, RuntimeException why, Deferred after) {
        after.complete(() -> request.responseId.fail(why));
    }
}
