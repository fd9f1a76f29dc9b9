package dev.antiphon.core;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.ClientEvent.ResponseCreate;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.Response;
import dev.antiphon.core.model.ResponseConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lets one {@code response.create} out at a time. While a response runs, requests wait; plain
 * requests that wait are one request. Released by {@code response.done}, or by the error that names
 * the event id of the create. Guarded by the conversation's lock.
 */
final class ResponseGate {
    /** Error code of a create that met a running response: the request waits for its end. */
    static final String ALREADY_ACTIVE = "conversation_already_has_active_response";

    /** Requests with overrides that may wait at once. */
    static final int MAX_WAITING = 64;

    /** A request that is not answered yet. */
    private static final class Request {
        final String eventId;
        final Optional<ResponseConfig> overrides;
        final CompletableFuture<String> responseId = new CompletableFuture<>();
        long barrier;

        Request(String eventId, Optional<ResponseConfig> overrides, long barrier) {
            this.eventId = eventId;
            this.overrides = overrides;
            this.barrier = barrier;
        }
    }

    private final Deque<Request> waiting = new ArrayDeque<>();

    /** Written or being written, and not answered. */
    private @Nullable Request sent;

    /** Ids of responses that run. */
    private final Set<String> active = new HashSet<>();

    /** The server said that one runs whose id we do not know. */
    private boolean unknownActive;

    private long finished;

    /**
     * Asks for a response after everything accepted so far.
     *
     * @param barrier sequence number of the last accepted input
     */
    CompletableFuture<String> request(String eventId, Optional<ResponseConfig> overrides, long barrier) {
        Request last = waiting.peekLast();
        if (last != null && last.overrides.isEmpty() && overrides.isEmpty()) {
            last.barrier = barrier;
            return last.responseId;
        }
        Request request = new Request(eventId, overrides, barrier);
        if (waiting.size() >= MAX_WAITING) {
            request.responseId.completeExceptionally(
                    new NotSentException(Outcome.Reason.LANE_FULL, MAX_WAITING + " response requests wait already"));
            return request.responseId;
        }
        waiting.addLast(request);
        return request.responseId;
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

    long finished() {
        return finished;
    }

    /** Moves the due create out. */
    void takeDue(InputRing target, long now) {
        Request next = waiting.removeFirst();
        sent = next;
        target.addLast(new ResponseCreate(next.eventId, next.overrides), null, next.barrier, now);
    }

    /** No byte of the create left: it is due again. */
    void notWritten(ClientEvent event) {
        Request request = sent;
        if (request != null && request.eventId.equals(event.eventId())) {
            sent = null;
            waiting.addFirst(request);
        }
    }

    void notEncodable(ClientEvent event, String why, Deferred after) {
        Request request = sent;
        if (request != null && request.eventId.equals(event.eventId())) {
            sent = null;
            fail(request, new NotSentException(Outcome.Reason.NOT_ENCODABLE, why), after);
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
            after.complete(() -> request.responseId.complete(response.id()));
        }
    }

    void onDone(Response response) {
        finished++;
        if (!active.remove(response.id()) || active.isEmpty()) {
            unknownActive = false;
        }
    }

    /** Returns whether the error is about our create. */
    boolean onError(ErrorDetail error, Deferred after) {
        Request request = sent;
        if (request == null) {
            return false;
        }
        boolean names = request.eventId.equals(error.eventId());
        // Older servers name neither code nor event: then the text is all there is.
        boolean conflicts = ALREADY_ACTIVE.equals(error.code())
                || (error.code().isEmpty()
                        && error.eventId().isEmpty()
                        && error.message().startsWith("Conversation already has an active response"));
        if (conflicts && (names || error.eventId().isEmpty())) {
            sent = null;
            unknownActive = active.isEmpty();
            waiting.addFirst(request);
            return true;
        } else if (names) {
            sent = null;
            fail(request, new RejectedException(error), after);
            return true;
        }
        return false;
    }

    /** The connection is gone: what ran on it is unknown, what was sent cannot be answered any more. */
    void onConnectionLost(Deferred after) {
        active.clear();
        unknownActive = false;
        Request request = sent;
        if (request != null) {
            sent = null;
            fail(
                    request,
                    new NotSentException(
                            Outcome.Reason.CONNECTION_LOST, "the connection was lost before the response was created"),
                    after);
        }
    }

    void close(RuntimeException why, Deferred after) {
        Request request = sent;
        if (request != null) {
            sent = null;
            fail(request, why, after);
        }
        waiting.forEach(open -> fail(open, why, after));
        waiting.clear();
    }

    private static void fail(Request request, RuntimeException why, Deferred after) {
        after.complete(() -> request.responseId.completeExceptionally(why));
    }
}
