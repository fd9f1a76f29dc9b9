package dev.antiphon.transport.webrtc;

import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.core.port.InputChannels;
import dev.antiphon.core.port.RealtimeTransport;
import dev.antiphon.core.port.Scheduler;
import dev.antiphon.core.port.TransportConnection;
import dev.antiphon.core.port.TransportListener;
import dev.antiphon.core.port.TransportTraits;
import dev.antiphon.transport.websocket.Dialer;
import dev.antiphon.transport.websocket.Headers;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.SocketSettings;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in with a WebRTC peer beside us: creates a call from the peer's SDP offer, hands the
 * server's answer over at once, and joins the control socket of the call in the background.
 *
 * <p>Nothing of the join delays the answer. A join is supervised: visible attempts, jittered pauses,
 * a time limit for each attempt and for the whole, and a clear end. A control socket that is lost is
 * joined again. A call that nobody holds any more is hung up, whatever ended its conversation and
 * whenever its creation was answered; what cannot be known is reported as a {@link PossibleOrphan}.
 *
 * <p>One instance serves one endpoint with one identity and any number of conversations. Safe for use
 * by any thread.
 *
 * <p>It owns its conversations and the hang-ups that follow them, and {@link #close} ends both. It owns
 * nothing else: event loops belong to whoever made the {@link NettyResources} given to the builder, or
 * to the process if none were given, and so do scheduler, credentials and observer. Close the
 * conversations first, then the transport, then the event loops: what is still going on when its event
 * loops end is ended too, but its call can only be reported, not hung up.
 */
public final class SidebandTransport implements RealtimeTransport, AutoCloseable {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(SidebandTransport.class);
    private static final List<String> LIMITS = List.of(
            "audio flows between the WebRTC peer and the server: audio input offered here is a second voice",
            "a lost control socket loses the server's events until it is joined again");

    private final RealtimeEndpoint endpoint;
    private final TransportTraits traits;
    private final Dialer dialer;
    private final Function<StartRequest, Headers> headersPerStart;
    private final SidebandContext context;
    private final Set<SidebandConnection> connections = ConcurrentHashMap.newKeySet();
    private final EventExecutorGroup loops;
    private final GenericFutureListener<Future<Object>> onLoopsGone;
    private volatile boolean closed;

    private SidebandTransport(Builder builder) {
        this.endpoint = builder.endpoint;
        this.traits = new TransportTraits(
                "webrtc-sideband",
                LIMITS,
                endpoint.dialect().refused(),
                endpoint.dialect().sessions());
        NettyResources resources = builder.resources == null ? NettyResources.shared() : builder.resources;
        this.dialer = Dialer.builder(endpoint)
                .settings(builder.socketSettings)
                .resources(resources)
                .build();
        this.headersPerStart = builder.headersPerStart;
        Scheduler scheduler = builder.scheduler == null ? dialer.time() : builder.scheduler;
        SidebandSettings settings = builder.settings;
        HeldCalls held = new HeldCalls();
        Background background = new Background();
        Announcer announcer = new Announcer(builder.observer);
        this.context = new SidebandContext(
                settings,
                scheduler,
                new EndpointBreaker(endpoint.host(), settings.guard(), scheduler),
                new JoinGate(settings.guard().simultaneousJoins()),
                held,
                new OrphanGuard(settings.end().hangUpTimeout(), scheduler, announcer, held, background),
                announcer,
                background,
                connections);
        EventLoop anyLoop = resources.nextLoop();
        this.loops = anyLoop.parent() == null ? anyLoop : anyLoop.parent();
        this.onLoopsGone = ended -> background.loopsGone();
        loops.terminationFuture().addListener(onLoopsGone);
    }

    /**
     * Begins a transport.
     *
     * @param endpoint where calls are created, joined and ended
     */
    public static Builder builder(RealtimeEndpoint endpoint) {
        return new Builder(endpoint);
    }

    @Override
    public TransportTraits traits() {
        return traits;
    }

    @Override
    public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
        return begin(start, inputs, listener, connection -> connection.create(order(start)));
    }

    /** @throws TransportException if the start cannot be sent */
    private CallOrder order(StartRequest start) {
        SdpOffer offer = start.offer()
                .orElseThrow(() -> new TransportException(
                        Fault.REQUEST_INVALID,
                        "a sideband needs an SDP offer; without one select a direct connection"));
        OfferCheck.of(offer, context.settings().call()).ifPresent(refusal -> {
            throw refusal;
        });
        return CallOrder.of(offer, start.session(), endpoint.dialect(), endpoint.baseUrl(), endpoint.identity());
    }

    /**
     * A transport that joins one existing call instead of creating one: a call created by another
     * process, or an incoming call of which a webhook told. Offers are ignored and no answer is
     * reported. The end of the conversation treats the call as this transport's settings say.
     *
     * <p>A ticket of another endpoint, dialect or identity is refused before anything is sent, with
     * {@link Fault#SIDEBAND_NOT_JOINED}.
     */
    public RealtimeTransport joining(CallTicket ticket) {
        return new JoiningTransport(ticket);
    }

    /** Names this endpoint's dialect and identity for a call that somebody else created. */
    public CallTicket ticketFor(CallId call) {
        return new CallTicket(
                endpoint.baseUrl(), endpoint.identity(), endpoint.dialect().name(), call, Optional.empty());
    }

    private TransportConnection begin(
            StartRequest start, InputChannels inputs, TransportListener listener, Consumer<SidebandConnection> first) {
        Headers headers = Headers.none();
        Optional<TransportException> refusal = Optional.empty();
        try {
            headers = headersPerStart.apply(start);
        } catch (IllegalArgumentException e) {
            refusal = Optional.of(invalid(e));
        }
        DialerWire wire = new DialerWire(dialer, headers);
        SidebandConnection connection = new SidebandConnection(context, wire, inputs, listener);
        if (closed) {
            context.background().begin(connection);
            connection.close(Ends.notOpened());
            return connection;
        }
        connections.add(connection);
        context.background().begin(connection);
        Optional<TransportException> refused = refusal;
        wire.owner().execute(() -> refused.ifPresentOrElse(connection::refuse, () -> begin(connection, first)));
        if (closed) {
            connection.close(Ends.shutDown());
        }
        return connection;
    }

    private static void begin(SidebandConnection connection, Consumer<SidebandConnection> first) {
        try {
            first.accept(connection);
        } catch (TransportException e) {
            connection.refuse(e);
        } catch (IllegalArgumentException e) {
            connection.refuse(invalid(e));
        }
    }

    private static TransportException invalid(IllegalArgumentException why) {
        return new TransportException(Fault.REQUEST_INVALID, String.valueOf(why.getMessage()), why);
    }

    /**
     * Ends all conversations. One that is opened afterwards ends at once, before anything is sent, with
     * code 1001. Idempotent, any thread, returns at once.
     *
     * @return completes when every conversation has ended and every hang-up on its way is done
     */
    public CompletionStage<Void> shutdown() {
        closed = true;
        connections.forEach(connection -> connection.close(Ends.shutDown()));
        return idle();
    }

    /** Completes when no conversation goes on and no hang-up is on its way; at once if so. */
    CompletionStage<Void> idle() {
        return context.background().idle();
    }

    /**
     * Does what {@link #shutdown} does and waits for it, at most five seconds; what is not done then goes
     * on in the background. On an event loop, where nothing may block, it does not wait. Idempotent.
     */
    @Override
    public void close() {
        CompletableFuture<Void> done = shutdown().toCompletableFuture();
        var unused =
                done.whenComplete((none, fault) -> loops.terminationFuture().removeListener(onLoopsGone));
        if (isOnAnEventLoop()) {
            return;
        }
        try {
            done.get(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("hang-ups of {} go on after {} s", endpoint.host(), CLOSE_WAIT.toSeconds());
        }
    }

    private boolean isOnAnEventLoop() {
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    /** Joins one existing call; offers are ignored. */
    private final class JoiningTransport implements RealtimeTransport {
        private final CallTicket ticket;

        JoiningTransport(CallTicket ticket) {
            this.ticket = ticket;
        }

        @Override
        public TransportTraits traits() {
            return traits;
        }

        @Override
        public TransportConnection open(StartRequest start, InputChannels inputs, TransportListener listener) {
            return begin(
                    start,
                    inputs,
                    listener,
                    connection -> mismatch(ticket).ifPresentOrElse(connection::refuse, () -> connection.join(ticket)));
        }
    }

    private Optional<TransportException> mismatch(CallTicket ticket) {
        CallTicket ours = ticketFor(ticket.call());
        String difference = null;
        if (!ticket.baseUrl().equals(ours.baseUrl())) {
            difference = "it was created at another base URL, on host "
                    + ticket.baseUrl().getHost();
        } else if (!ticket.dialect().equals(ours.dialect())) {
            difference = "it speaks the dialect " + ticket.dialect();
        } else if (ticket.identity().isPresent()
                && ours.identity().isPresent()
                && !ticket.identity().equals(ours.identity())) {
            difference = "it was created with another identity";
        }
        return Optional.ofNullable(difference)
                .map(text -> new TransportException(
                        Fault.SIDEBAND_NOT_JOINED,
                        "call #" + ticket.call().digest() + " cannot be joined through " + endpoint.host() + ": "
                                + text));
    }

    /** Collects the parts of a transport; all but the endpoint have defaults. */
    public static final class Builder {
        private final RealtimeEndpoint endpoint;
        private SidebandSettings settings = SidebandSettings.DEFAULT;
        private SocketSettings socketSettings =
                SocketSettings.builder().closeDeadline(Duration.ofMillis(400)).build();
        private SidebandObserver observer = SidebandObserver.NONE;
        private Function<StartRequest, Headers> headersPerStart = start -> Headers.none();
        private @Nullable NettyResources resources;
        private @Nullable Scheduler scheduler;

        private Builder(RealtimeEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        public Builder settings(SidebandSettings limits) {
            this.settings = limits;
            return this;
        }

        /**
         * Limits of each socket: the steps of an attempt, pings, message sizes. By default the socket's
         * own, but for a close deadline of 400 ms: hanging up ends the call anyway.
         */
        public Builder socketSettings(SocketSettings limits) {
            this.socketSettings = limits;
            return this;
        }

        /** Hears what sidebands do beside the conversations' own events. */
        public Builder observer(SidebandObserver hearer) {
            this.observer = hearer;
            return this;
        }

        /**
         * Headers of one conversation on all its legs, {@code x-session-id} for example; they take the
         * place of the endpoint's. Called on the thread that starts the conversation.
         */
        public Builder headersPerStart(Function<StartRequest, Headers> headers) {
            this.headersPerStart = headers;
            return this;
        }

        /**
         * Event loops to run on; by default those of {@link NettyResources#shared()}, which live as long
         * as the process. The caller keeps ownership and closes them after the transport.
         */
        public Builder resources(NettyResources loops) {
            this.resources = loops;
            return this;
        }

        /**
         * Time for pauses, deadlines and the breaker; the event loops' own by default. The caller keeps
         * ownership.
         */
        public Builder scheduler(Scheduler time) {
            this.scheduler = time;
            return this;
        }

        public SidebandTransport build() {
            return new SidebandTransport(this);
        }
    }
}
