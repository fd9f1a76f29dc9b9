package dev.antiphon.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.testkit.ThreadCensus;
import dev.antiphon.testkit.network.FaultProxy;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.SocketSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A simulator, a transport to it and the engine on top. Closing it ends everything and checks that
 * nothing is left: no live call at the server, no connection, no hang-up on its way, no timer, no thread,
 * no buffer.
 */
final class SidebandFixture implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(10);
    static final String KEY = "key-of-the-fixture";
    static final SdpOffer OFFER = new SdpOffer(
            "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                    + "a=group:BUNDLE 0 1\r\na=fingerprint:sha-256 AA:BB\r\na=ice-ufrag:uuuu\r\na=ice-pwd:pppp\r\n"
                    + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n"
                    + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=sctp-port:5000\r\n");

    /** Threads that the library shares between all conversations of the process; they end when idle. */
    private static final Pattern SHARED_THREADS =
            Pattern.compile("antiphon-(timer|listener-.*|stage-.*)|speaker-.*|weather");

    private final ThreadCensus census = ThreadCensus.now();
    final RealtimeSimulator server;
    final @Nullable FaultProxy network;
    final NettyResources resources;
    final CountedTimers timers;
    final SidebandTransport transport;
    final RealtimeConversations conversations;
    final Observed observed = new Observed();

    /** Calls that a test leaves alive on purpose. */
    int expectedLiveCalls;

    private SidebandFixture(Builder builder) {
        server = builder.simulator.apply(RealtimeSimulator.builder().unpaced()).start();
        network = builder.controlThroughANetwork ? FaultProxy.to(server.port()) : null;
        resources = NettyResources.create(2);
        timers = new CountedTimers(resources);
        RealtimeEndpoint.Builder endpoint = RealtimeEndpoint.builder(
                        builder.baseUrl == null ? server.baseUrl().toString() : builder.baseUrl)
                .credentials(builder.credentials);
        if (network != null) {
            endpoint.webSocketBaseUrl("ws://127.0.0.1:" + network.port() + "/v1");
        }
        transport = builder.transport
                .apply(SidebandTransport.builder(
                                builder.endpoint.apply(endpoint).build())
                        .settings(builder.settings)
                        .socketSettings(builder.sockets.build())
                        .observer(observed)
                        .scheduler(timers)
                        .resources(resources))
                .build();
        conversations = builder.engine
                .apply(RealtimeConversations.builder().sideband(transport))
                .build();
    }

    static SidebandFixture withDefaults() {
        return new Builder().start();
    }

    static SidebandFixture with(UnaryOperator<SidebandSettings> settings) {
        Builder builder = new Builder();
        builder.settings = settings.apply(builder.settings);
        return builder.start();
    }

    static StartRequest request() {
        return StartRequest.withOffer(
                SessionConfig.builder()
                        .model("gpt-realtime")
                        .instructions("Be brief.")
                        .voice("marin")
                        .build(),
                OFFER);
    }

    Conversation start(Hearing hearing) {
        return conversations.start(request(), hearing);
    }

    Conversation start() {
        return start(new Hearing());
    }

    Conversation startJoined(Hearing hearing) {
        Conversation conversation = start(hearing);
        await(conversation.joined());
        return conversation;
    }

    Connection sideband() {
        return server.awaitConnection(Connection.Kind.SIDEBAND, SOON);
    }

    Connection sideband(int ordinal) {
        return server.awaitConnection(Connection.Kind.SIDEBAND, ordinal, SOON);
    }

    /** Texts and types that a connection received, a text as itself and anything else as its type. */
    static List<String> received(Connection connection) {
        return connection.received().stream().map(SidebandFixture::brief).toList();
    }

    private static String brief(JournalEntry entry) {
        String text = entry.json().text("item.content.0.text");
        if (!text.isEmpty()) {
            return text;
        }
        String output = entry.json().text("item.output");
        return output.isEmpty() ? entry.type() : output;
    }

    static String answer(Conversation conversation) {
        SdpAnswer answer = await(conversation.answer());
        return answer.text();
    }

    static Closure end(Conversation conversation) {
        return await(conversation.closed());
    }

    static TransportException causeOf(Closure closure) {
        return closure.cause().orElseThrow(() -> new AssertionError("no cause in " + closure));
    }

    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError("the stage did not complete well: " + e, e);
        }
    }

    /**
     * Holds an assertion until it is true: what an observer or listener heard follows the stage that the
     * test waited for on another thread.
     */
    static void soon(Runnable assertion) {
        long end = System.nanoTime() + SOON.toNanos();
        while (true) {
            try {
                assertion.run();
                return;
            } catch (AssertionError notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
                LockSupport.parkNanos(500_000);
            }
        }
    }

    /** Waits for a state that nothing signals; with a deadline. */
    static void until(String what, BooleanSupplier state) {
        long end = System.nanoTime() + SOON.toNanos();
        while (!state.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not reached in " + SOON.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(500_000);
        }
    }

    @Override
    public void close() {
        await(conversations.shutdown());
        await(transport.shutdown());
        until("no sideband left open", () -> server.connections().stream().noneMatch(Connection::isOpen));
        assertThat(server.calls().live())
                .as("calls that nobody hung up; orphans reported: %s", observed.orphans)
                .hasSize(expectedLiveCalls);
        until("no timer left", () -> timers.pending() == 0);
        transport.close();
        if (network != null) {
            network.close();
        }
        server.close();
        resources.close();
        assertThat(census.awaitGone(SOON, SidebandFixture::isShared))
                .as("threads")
                .isEmpty();
        RememberedLeaks.check();
    }

    private static boolean isShared(Thread thread) {
        return SHARED_THREADS.matcher(thread.getName()).matches();
    }

    /** What the observer heard. */
    static final class Observed implements SidebandObserver {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final List<CallTicket> tickets = new CopyOnWriteArrayList<>();
        final List<PossibleOrphan> orphans = new CopyOnWriteArrayList<>();

        @Override
        public void onCallCreated(CallTicket ticket, Duration took) {
            tickets.add(ticket);
        }

        @Override
        public void onJoined(CallTicket ticket, int attempts, Duration took, boolean rejoined) {
            heard.add((rejoined ? "rejoined after " : "joined after ") + attempts);
        }

        @Override
        public void onRejoining(CallTicket ticket) {
            heard.add("rejoining");
        }

        @Override
        public void onMediaOnly(CallTicket ticket) {
            heard.add("media only");
        }

        @Override
        public void onCallerSilent(CallTicket ticket, Duration silence) {
            heard.add("silent");
        }

        @Override
        public void onPossibleOrphan(PossibleOrphan orphan) {
            orphans.add(orphan);
        }
    }

    /** Collects what differs from the defaults. */
    static final class Builder {
        SidebandSettings settings = SidebandSettings.DEFAULT;
        SocketSettings.Builder sockets = SocketSettings.builder().closeDeadline(Duration.ofMillis(400));
        Credentials credentials = Credentials.apiKey(KEY);

        /** Where the transport goes instead of the simulator. */
        @Nullable
        String baseUrl;

        /** Whether control sockets go through {@link #network}. */
        boolean controlThroughANetwork;

        UnaryOperator<RealtimeSimulator.Builder> simulator = UnaryOperator.identity();
        UnaryOperator<RealtimeEndpoint.Builder> endpoint = UnaryOperator.identity();
        UnaryOperator<SidebandTransport.Builder> transport = UnaryOperator.identity();
        UnaryOperator<RealtimeConversations.Builder> engine = UnaryOperator.identity();

        SidebandFixture start() {
            return new SidebandFixture(this);
        }
    }
}
