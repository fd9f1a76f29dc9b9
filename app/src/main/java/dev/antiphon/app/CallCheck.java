package dev.antiphon.app;

import dev.antiphon.app.Diagnosis.Hop;
import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.Phase;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.SocketSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The hops of the protocol: authentication, call creation, join, ping, hang-up. They are gone the way
 * every conversation goes, through the framework.
 */
final class CallCheck {
    /** A pong that stays out ends the conversation within interval and deadline. */
    private static final Duration PING_INTERVAL = Duration.ofMillis(200);

    private static final Duration PONG_DEADLINE = Duration.ofSeconds(2);
    private static final Duration WATCHED = PING_INTERVAL.plus(PONG_DEADLINE).plusMillis(300);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final RealtimeEndpoint endpoint;
    private final SessionConfig session;
    private final Switchboard.Factory switchboards;
    private final Diagnosis diagnosis;
    private final Patient patient = new Patient();

    CallCheck(RealtimeEndpoint endpoint, SessionConfig session, Switchboard.Factory switchboards, Diagnosis diagnosis) {
        this.endpoint = endpoint;
        this.session = session;
        this.switchboards = switchboards;
        this.diagnosis = diagnosis;
    }

    /** Ends the check early: the call is hung up and {@link #run} complains. */
    void stop() {
        patient.ended.complete(Closure.requested());
    }

    /** @throws Complaint at the first hop that fails; what was created is hung up by then */
    void run() throws InterruptedException {
        SocketSettings sockets = SocketSettings.builder()
                .pingInterval(PING_INTERVAL)
                .pongDeadline(PONG_DEADLINE)
                .build();
        Switchboard switchboard = switchboards.to(endpoint, sockets);
        try (switchboard) {
            Conversation conversation =
                    switchboard.conversations().start(StartRequest.withOffer(session, Offers.ofNobody()), patient);
            try {
                create();
                join();
                ping();
            } finally {
                conversation.close();
            }
        }
        Optional<String> left = switchboard.leftBehind();
        if (left.isPresent()) {
            throw diagnosis.failed(Hop.HANG_UP, "the call could not be ended", left.get());
        }
        diagnosis.passed(Hop.HANG_UP, "the call was ended");
    }

    private void create() throws InterruptedException {
        Stopwatch watch = new Stopwatch();
        SdpAnswer answer = reach(patient.answer, Hop.CALL);
        diagnosis.passed(Hop.AUTHENTICATION, "the key was accepted");
        diagnosis.passed(
                Hop.CALL, "SDP answer of " + answer.text().length() + " characters (" + watch.millis() + " ms)");
    }

    private void join() throws InterruptedException {
        Stopwatch watch = new Stopwatch();
        reach(patient.live, Hop.JOIN);
        diagnosis.passed(Hop.JOIN, "the control socket stands (" + watch.millis() + " ms)");
    }

    private void ping() throws InterruptedException {
        CompletableFuture<Object> trouble = CompletableFuture.anyOf(patient.ended, patient.lost);
        try {
            Object what = trouble.get(WATCHED.toMillis(), TimeUnit.MILLISECONDS);
            throw what instanceof Closure closure
                    ? failure(Hop.PING, closure)
                    : diagnosis.failed(
                            Hop.PING,
                            "the control socket was lost",
                            "check proxies and idle timeouts on the way; the server must answer pings");
        } catch (TimeoutException quiet) {
            diagnosis.passed(Hop.PING, "pings every " + PING_INTERVAL.toMillis() + " ms are answered");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("these stages never fail", impossible);
        }
    }

    private <T> T reach(CompletableFuture<T> stage, Hop hop) throws InterruptedException {
        try {
            CompletableFuture.anyOf(stage, patient.ended).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (!stage.isDone()) {
                throw failure(hop, patient.ended.get());
            }
            return stage.get();
        } catch (TimeoutException late) {
            throw diagnosis.failed(
                    hop, "no result within " + LIMIT.toSeconds() + " s", "try again; the server is slow");
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("these stages never fail", impossible);
        }
    }

    private Complaint failure(Hop hop, Closure closure) {
        if (closure.cause().isEmpty()) {
            return diagnosis.failed(hop, "the conversation was ended " + Closures.words(closure), "try again");
        }
        TransportException cause = closure.cause().get();
        int status = cause.status().orElse(0);
        boolean key = hop == Hop.CALL && (status == UNAUTHORIZED || status == FORBIDDEN);
        return key
                ? diagnosis.failed(
                        Hop.AUTHENTICATION,
                        String.valueOf(cause.getMessage()),
                        "check the key in " + ApiKey.VARIABLE + " or --api-key-file, and what it may do")
                : diagnosis.failed(
                        hop, String.valueOf(cause.getMessage()), cause.fault().remedy());
    }

    /** The conversation that is looked at. */
    private static final class Patient implements ConversationListener {
        final CompletableFuture<SdpAnswer> answer = new CompletableFuture<>();
        final CompletableFuture<Phase> live = new CompletableFuture<>();
        final CompletableFuture<Phase> lost = new CompletableFuture<>();
        final CompletableFuture<Closure> ended = new CompletableFuture<>();

        @Override
        public void onAnswer(SdpAnswer received) {
            answer.complete(received);
        }

        @Override
        public void onPhase(Phase phase) {
            if (phase == Phase.LIVE) {
                live.complete(phase);
            } else if (phase == Phase.REJOINING) {
                lost.complete(phase);
            }
        }

        @Override
        public void onClosed(Closure closure) {
            ended.complete(closure);
        }
    }
}
