package dev.antiphon.testkit.media;

import dev.antiphon.testkit.simulator.MediaLeg;
import dev.antiphon.testkit.simulator.MediaListener;
import dev.antiphon.testkit.simulator.MediaPeer;
import dev.antiphon.testkit.simulator.ServiceAnswer;
import dev.antiphon.testkit.simulator.SessionDescription;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries the media of calls over WebRTC, in Java: answers offers as the service does, ICE-lite and DTLS
 * active, and speaks Opus and the data channel of browsers.
 *
 * <pre>{@code
 * RealtimeSimulator simulator = RealtimeSimulator.builder()
 *         .media(WebRtcPeer.start())
 *         .start();
 * }</pre>
 *
 * <p>A peer has one event loop per processor, four at most. A call lives on one of them and shares its UDP
 * sockets, one for each advertised address, with the other calls there. Threads beyond these exist only while
 * DTLS handshakes last. Its own first call, made in the background when it starts, loads and compiles what
 * others will need. All methods may be called by any thread and do not block, except where they say so.
 */
public final class WebRtcPeer implements MediaPeer {
    private static final int MAX_THREADS = 4;
    private static final int MAX_HANDSHAKES = 16;
    private static final int MAX_WAITING_HANDSHAKES = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Duration consent;
    private final boolean passive;
    private final Identity identity = Identity.create();
    private final EventLoopGroup group;
    private final ThreadPoolExecutor handshakes;
    private final List<InetAddress> addresses;
    private final List<MediaLoop> loops = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final CompletableFuture<Void> warm;
    private volatile Impairment impairment;

    private WebRtcPeer(Builder builder) {
        MissingLibrary.check();
        consent = builder.consent;
        passive = builder.passive;
        impairment = builder.impairment;
        addresses = builder.addresses.isEmpty() ? LocalAddresses.toAdvertise() : List.copyOf(builder.addresses);
        group = new MultiThreadIoEventLoopGroup(
                builder.threads, new DefaultThreadFactory("antiphon-media", true), NioIoHandler.newFactory());
        handshakes = new ThreadPoolExecutor(
                MAX_HANDSHAKES,
                MAX_HANDSHAKES,
                2,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_WAITING_HANDSHAKES),
                new DefaultThreadFactory("antiphon-dtls", true));
        handshakes.allowCoreThreadTimeOut(true);
        try {
            for (int i = 0; i < builder.threads; i++) {
                loops.add(new MediaLoop(group.next(), identity, handshakes, addresses, this::impairment));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        warm = builder.warmUp ? Rehearsal.of(this) : CompletableFuture.completedFuture(null);
    }

    /** Whether the libraries that this needs are on the class path. */
    public static boolean isAvailable() {
        return MissingLibrary.find().isEmpty();
    }

    /**
     * Starts a peer with default settings.
     *
     * @throws IllegalStateException if a library is missing; the message names what to add
     */
    public static WebRtcPeer start() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Waits until the peer is warm. Blocks; returns at once when it is, or when its warming up failed. */
    public void awaitWarm(Duration timeout) throws InterruptedException {
        try {
            warm.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("not warm within " + timeout.toMillis() + " ms", e);
        }
    }

    /** From now on the network between this peer and all its callers is like this. */
    public void impair(Impairment network) {
        impairment = network;
    }

    private Impairment impairment() {
        return impairment;
    }

    @Override
    public MediaLeg answer(String offer, MediaListener listener) {
        SessionDescription description = SessionDescription.parse(offer);
        Leg.Terms terms = Negotiation.answering(description, passive);
        MediaLoop loop = nextLoop();
        IceCredentials credentials = IceCredentials.random();
        Leg leg = new Leg(loop, listener, consent);
        leg.agree(
                terms,
                ServiceAnswer.to(
                        description,
                        new ServiceAnswer.Terms(
                                System.nanoTime() & Long.MAX_VALUE,
                                identity.fingerprint().toString(),
                                credentials.ufrag(),
                                credentials.password(),
                                terms.isDtlsClient() ? "active" : "passive",
                                leg.ssrc(),
                                candidates(loop, credentials))));
        loop.expect(leg, credentials.ufrag(), credentials.password());
        return leg;
    }

    private static List<String> candidates(MediaLoop loop, IceCredentials credentials) {
        List<String> candidates = new ArrayList<>();
        for (MediaSocket socket : loop.sockets()) {
            InetSocketAddress address = socket.address();
            int rank = candidates.size();
            candidates.add((rank + 1) + " 1 udp " + IceCredentials.hostPriority(rank) + " "
                    + LocalAddresses.literal(address.getAddress()) + " " + address.getPort() + " typ host ufrag "
                    + credentials.ufrag());
        }
        return candidates;
    }

    /**
     * Begins a call as a browser would: the result has an offer, for whoever answers.
     *
     * @param listener hears of the call
     */
    public MediaCaller call(MediaListener listener) {
        return new MediaCaller(nextLoop(), addresses, this::impairment, listener, consent);
    }

    private MediaLoop nextLoop() {
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }

    /** Ends all calls without a word to their callers and waits until the threads have ended. */
    @Override
    public void close() {
        loops.forEach(MediaLoop::close);
        handshakes.shutdownNow();
        group.shutdownGracefully(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(PATIENCE.toMillis());
    }

    @Override
    public String toString() {
        return "WebRtcPeer[" + loops.size() + " loops]";
    }

    /** Settings of a peer. Every one has a default. */
    public static final class Builder {
        private List<InetAddress> addresses = List.of();
        private int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
        private Duration consent = Duration.ofSeconds(15);
        private boolean passive;
        private boolean warmUp = true;
        private Impairment impairment = Impairment.NONE;

        private Builder() {}

        /**
         * Binds and advertises these addresses, best first. The default is those of this machine's interfaces,
         * then 127.0.0.1: Firefox takes no loopback address from anybody, Chromium takes it where there is
         * another interface.
         */
        public Builder addresses(InetAddress... local) {
            addresses = List.of(local);
            return this;
        }

        /** Binds and advertises 127.0.0.1 only. */
        public Builder loopbackOnly() {
            return addresses(LocalAddresses.loopback());
        }

        /** Event loops; the default is one per processor, four at most. */
        public Builder threads(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("a peer needs a thread, not " + count);
            }
            threads = count;
            return this;
        }

        /** A call ends when the caller's checks stay away for so long; the default is 15 seconds. */
        public Builder consentTimeout(Duration limit) {
            consent = limit;
            return this;
        }

        /** Lets the caller begin the DTLS handshake, where his offer leaves the choice. The service begins it. */
        public Builder dtlsPassive() {
            passive = true;
            return this;
        }

        /** The network at the beginning. */
        public Builder impairment(Impairment network) {
            impairment = network;
            return this;
        }

        /** Makes no call to itself: the first caller will wait for seconds. */
        public Builder withoutWarmUp() {
            warmUp = false;
            return this;
        }

        /**
         * Binds the ports and begins to warm up.
         *
         * @throws IllegalStateException if a library is missing; the message names what to add
         * @throws java.io.UncheckedIOException if an address cannot be bound
         */
        public WebRtcPeer start() {
            return new WebRtcPeer(this);
        }
    }
}
