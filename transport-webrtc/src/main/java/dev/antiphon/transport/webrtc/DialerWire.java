package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.transport.websocket.Dialer;
import dev.antiphon.transport.websocket.ExchangeException;
import dev.antiphon.transport.websocket.Headers;
import dev.antiphon.transport.websocket.HttpAnswer;
import dev.antiphon.transport.websocket.HttpCall;
import dev.antiphon.transport.websocket.HttpExchange;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.RealtimeSocket;
import dev.antiphon.transport.websocket.RefusedException;
import dev.antiphon.transport.websocket.SocketEnd;
import dev.antiphon.transport.websocket.SocketListener;
import dev.antiphon.transport.websocket.SocketRequest;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real network: one dialer, so one host, identity and dialect, and one event loop. */
final class DialerWire implements CallWire {
    private static final Logger log = LoggerFactory.getLogger(DialerWire.class);
    private static final int MAX_HANGUP_BODY = 16 * 1024;

    private final Dialer dialer;
    private final RealtimeEndpoint endpoint;
    private final String host;
    private final Headers headers;
    private final EventLoop loop;

    /** @param headers of this conversation, sent on every leg */
    DialerWire(Dialer dialer, Headers headers) {
        this.dialer = dialer;
        this.endpoint = dialer.endpoint();
        this.host = endpoint.host();
        this.headers = headers;
        this.loop = dialer.nextLoop();
    }

    @Override
    public Executor owner() {
        return this::execute;
    }

    private void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException loopsClosed) {
            log.debug("the event loops were closed: a task was dropped");
        }
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public List<CallId> callIdsIn(List<String> locations) {
        return locations.stream()
                .flatMap(location -> endpoint.dialect().callIdIn(location).stream())
                .distinct()
                .map(CallId::new)
                .toList();
    }

    @Override
    public Posting createCall(
            CallOrder order, int attempt, Duration limit, int maxBytes, Consumer<PostOutcome> outcome) {
        HttpCall call = HttpCall.post(endpoint.callsUrl())
                .withHeaders(headers.with("X-Client-Request-Id", order.requestId()))
                .withAccept("application/sdp")
                .withBody(order.body().contentType(), order.body().bytes())
                .withDeadline(limit)
                .withMaxBody(maxBytes);
        return send(call, Fault.CALL_REJECTED, "call creation", attempt, outcome);
    }

    @Override
    public Posting hangUp(CallId call, int attempt, Duration timeout, Consumer<PostOutcome> outcome) {
        HttpCall request = HttpCall.post(endpoint.hangupUrl(call.value()))
                .withHeaders(headers)
                .withDeadline(timeout)
                .withMaxBody(MAX_HANGUP_BODY);
        return send(request, Fault.CALL_REJECTED, "hang-up", attempt, outcome);
    }

    private Posting send(HttpCall call, Fault fault, String what, int attempt, Consumer<PostOutcome> outcome) {
        HttpExchange exchange;
        try {
            exchange = dialer.send(call, loop);
        } catch (RejectedExecutionException loopsClosed) {
            return () -> {};
        }
        var unused = exchange.answer()
                .whenComplete((answer, thrown) -> outcome.accept(
                        answer != null ? ofAnswer(answer, fault, what, attempt) : ofFailure(thrown, what)));
        return new ExchangePosting(exchange);
    }

    /** An exchange as a request on its way. */
    private record ExchangePosting(HttpExchange exchange) implements Posting {
        @Override
        public void abandon() {
            exchange.cancelUnlessSent();
        }

        @Override
        public void expire() {
            exchange.cancelUnlessUnanswered();
        }
    }

    private PostOutcome ofAnswer(HttpAnswer answer, Fault fault, String what, int attempt) {
        if (answer.isSuccess()) {
            return new PostOutcome.Answered(postAnswer(answer));
        }
        RefusedException refused = RefusedException.of(answer, fault, what, host, attempt);
        return new PostOutcome.Failed(
                StepFailure.refused(refused.statusCode(), refused.retryAfter(), refused), Optional.empty());
    }

    private PostOutcome ofFailure(@Nullable Throwable thrown, String what) {
        Throwable fault = thrown instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : thrown;
        if (fault instanceof ExchangeException exchange) {
            return new PostOutcome.Failed(
                    StepFailure.network(exchange, exchange.mayHaveReachedServer()),
                    exchange.partial().filter(HttpAnswer::isSuccess).map(DialerWire::postAnswer));
        }
        TransportException defect = new TransportException(Fault.INTERNAL, what + " at " + host + " broke", fault);
        return new PostOutcome.Failed(StepFailure.network(defect, true), Optional.empty());
    }

    private static PostAnswer postAnswer(HttpAnswer answer) {
        return new PostAnswer(
                answer.status(),
                answer.headers().all("Location"),
                answer.headers().first("X-Request-Id"),
                answer.headers().first("Content-Type"),
                answer.body());
    }

    @Override
    public Dial dial(CallId call, int attempt, DialListener listener) {
        SocketRequest request = new SocketRequest(endpoint.sidebandUrl(call.value()), headers, attempt);
        try {
            return new SocketDial(dialer.openSocket(request, loop, new Relay(listener)));
        } catch (RejectedExecutionException loopsClosed) {
            return new NoDial();
        }
    }

    /** A dial of event loops that were closed: the end is told by {@link Background}. */
    private record NoDial() implements Dial {
        @Override
        public InputWriter writer() {
            throw new IllegalStateException("the socket never stood");
        }

        @Override
        public void pauseReceiving() {}

        @Override
        public void resumeReceiving() {}

        @Override
        public void close(int code, String reason) {}
    }

    /** A socket as a dial. */
    private record SocketDial(RealtimeSocket socket) implements Dial {
        @Override
        public InputWriter writer() {
            return socket.writer();
        }

        @Override
        public void pauseReceiving() {
            socket.pauseReceiving();
        }

        @Override
        public void resumeReceiving() {
            socket.resumeReceiving();
        }

        @Override
        public void close(int code, String reason) {
            socket.close(code, reason);
        }
    }

    /** A dial's listener as a socket's. */
    private record Relay(DialListener listener) implements SocketListener {
        @Override
        public void onOpen(RealtimeSocket socket) {
            listener.onOpen();
        }

        @Override
        public void onEvent(ServerEvent event) {
            listener.onEvent(event);
        }

        @Override
        public void onClosed(SocketEnd end) {
            if (end instanceof SocketEnd.Failed failed && failed.cause() instanceof RefusedException refused) {
                listener.onRefused(StepFailure.refused(refused.statusCode(), refused.retryAfter(), refused));
            } else {
                listener.onEnd(end);
            }
        }
    }
}
