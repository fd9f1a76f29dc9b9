package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.RawJson;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.model.Unrecognized;
import dev.antiphon.core.port.InputWriter;
import dev.antiphon.transport.websocket.SocketEnd;
import dev.antiphon.transport.websocket.wire.Dialects;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A network whose every answer the test gives. */
final class FakeWire implements CallWire {
    final TestLoop loop = new TestLoop();
    final List<FakePost> creations = new ArrayList<>();
    final List<FakePost> hangUps = new ArrayList<>();
    final List<FakeDial> dials = new ArrayList<>();

    /** Whether hang-ups succeed by themselves. */
    boolean answersHangUps = true;

    /** Whether a dial that is closed ends by itself. */
    boolean endsClosedDials = true;

    @Override
    public Executor owner() {
        return loop;
    }

    @Override
    public String host() {
        return "server.test:443";
    }

    @Override
    public List<CallId> callIdsIn(List<String> locations) {
        return locations.stream()
                .flatMap(location -> Dialects.realtime().callIdIn(location).stream())
                .distinct()
                .map(CallId::new)
                .toList();
    }

    @Override
    public Posting createCall(
            CallOrder order, int attempt, Duration timeout, int maxBytes, Consumer<PostOutcome> outcome) {
        FakePost post = new FakePost("create", attempt, timeout, outcome);
        creations.add(post);
        return post;
    }

    @Override
    public Posting hangUp(CallId call, int attempt, Duration timeout, Consumer<PostOutcome> outcome) {
        FakePost post = new FakePost(call.value(), attempt, timeout, outcome);
        hangUps.add(post);
        if (answersHangUps) {
            post.answer(200, List.of(), "");
        }
        return post;
    }

    @Override
    public Dial dial(CallId call, int attempt, DialListener listener) {
        FakeDial dial = new FakeDial(call, attempt, listener);
        dials.add(dial);
        return dial;
    }

    FakePost creation() {
        return creations.get(creations.size() - 1);
    }

    FakePost hangUp() {
        return hangUps.get(hangUps.size() - 1);
    }

    FakeDial dial() {
        return dials.get(dials.size() - 1);
    }

    /** A request whose outcome the test gives. */
    final class FakePost implements Posting {
        final String target;
        final int attempt;
        final Duration timeout;
        boolean abandoned;

        /** Whether the network has nothing of it when its time is over. */
        boolean unsent;

        private final Consumer<PostOutcome> outcome;

        private FakePost(String target, int attempt, Duration timeout, Consumer<PostOutcome> outcome) {
            this.target = target;
            this.attempt = attempt;
            this.timeout = timeout;
            this.outcome = outcome;
        }

        void answer(int status, List<String> locations, String body) {
            give(new PostOutcome.Answered(postAnswer(status, locations, body)));
        }

        void refuse(int status) {
            refuse(status, -1);
        }

        /** @param retryAfter seconds */
        void refuse(int status, int retryAfter) {
            give(new PostOutcome.Failed(refusal(Fault.CALL_REJECTED, status, retryAfter), Optional.empty()));
        }

        void fail(Fault fault, boolean mayHaveReached) {
            give(new PostOutcome.Failed(
                    StepFailure.network(new TransportException(fault, "scripted"), mayHaveReached), Optional.empty()));
        }

        void failAfterHead(int status, List<String> locations) {
            give(new PostOutcome.Failed(
                    StepFailure.network(new TransportException(Fault.CONNECTION_LOST, "scripted"), true),
                    Optional.of(postAnswer(status, locations, ""))));
        }

        @Override
        public void abandon() {
            abandoned = true;
        }

        @Override
        public void expire() {
            if (unsent) {
                fail(Fault.CONNECT_TIMEOUT, false);
            }
        }

        private PostAnswer postAnswer(int status, List<String> locations, String body) {
            return new PostAnswer(
                    status,
                    locations,
                    Optional.of("req_1"),
                    Optional.of("application/sdp"),
                    body.getBytes(StandardCharsets.UTF_8));
        }

        private void give(PostOutcome result) {
            loop.execute(() -> outcome.accept(result));
        }
    }

    /** A control socket that the test opens, feeds and ends. */
    final class FakeDial implements Dial {
        final CallId call;
        final int attempt;
        final FakeWriter writer = new FakeWriter();
        final List<String> calls = new ArrayList<>();
        private final DialListener listener;
        private boolean ended;

        private FakeDial(CallId call, int attempt, DialListener listener) {
            this.call = call;
            this.attempt = attempt;
            this.listener = listener;
        }

        void open() {
            loop.execute(listener::onOpen);
        }

        void event(String type) {
            ServerEvent event = new Unrecognized(Envelope.of(type, "", new RawJson("{}")));
            loop.execute(() -> listener.onEvent(event));
        }

        void closedByServer(int code) {
            end(new SocketEnd.ClosedByServer(code, "scripted"));
        }

        void refuse(int status) {
            refuse(status, -1);
        }

        void refuse(int status, int retryAfter) {
            if (!ended) {
                ended = true;
                loop.execute(() -> listener.onRefused(refusal(Fault.UPGRADE_REFUSED, status, retryAfter)));
            }
        }

        void fail(Fault fault) {
            end(new SocketEnd.Failed(new TransportException(fault, "scripted")));
        }

        void end(SocketEnd end) {
            if (!ended) {
                ended = true;
                loop.execute(() -> listener.onEnd(end));
            }
        }

        boolean isOpen() {
            return !ended;
        }

        @Override
        public InputWriter writer() {
            return writer;
        }

        @Override
        public void pauseReceiving() {
            calls.add("pause");
        }

        @Override
        public void resumeReceiving() {
            calls.add("resume");
        }

        @Override
        public void close(int code, String reason) {
            calls.add("close " + code);
            if (endsClosedDials) {
                end(new SocketEnd.ClosedByUs(code, reason));
            }
        }
    }

    /** A writer that takes everything at once. */
    static final class FakeWriter implements InputWriter {
        final List<ClientEvent> written = new ArrayList<>();
        int flushes;

        @Override
        public CompletionStage<Void> write(ClientEvent event) {
            written.add(event);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void flush() {
            flushes++;
        }
    }

    /** @param retryAfter seconds, or none if negative */
    private static StepFailure refusal(Fault fault, int status, int retryAfter) {
        Fault typed = status == 408 || status == 429 || status == 503 ? Fault.THROTTLED : fault;
        Optional<Duration> wait = retryAfter < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(retryAfter));
        String message = "scripted " + status
                + wait.map(time -> ", retry after " + time.toSeconds() + " s").orElse("");
        return StepFailure.refused(
                status, wait, new TransportException(typed, message, status, Optional.empty(), null));
    }
}
