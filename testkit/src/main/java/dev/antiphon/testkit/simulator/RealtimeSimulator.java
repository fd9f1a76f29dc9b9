package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.AssistantSession;
import dev.antiphon.testkit.simulator.persona.McpServer;
import dev.antiphon.testkit.simulator.persona.Persona;
import dev.antiphon.testkit.simulator.tls.ServerIdentity;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A Realtime server on the loopback interface, for tests and demonstrations.
 *
 * <pre>{@code
 * try (RealtimeSimulator simulator = RealtimeSimulator.start()) {
 *     Gate join = simulator.holdUpgrade();
 *     // start a conversation against simulator.baseUrl(), look at its answer …
 *     join.open();
 *     simulator.journal().awaitReceived("session.update", Duration.ofSeconds(2));
 * }
 * }</pre>
 *
 * <p>It listens from {@code start} until {@link #close}. All its work, {@link Script}s, {@link Persona}s and
 * journal listeners included, runs on one thread of its own. The methods here may be called from any other
 * thread and do not block, except {@code start}, {@code close} and those named {@code await…}.
 */
public final class RealtimeSimulator implements AutoCloseable {
    private static final Instant FROZEN_AT = Instant.parse("2026-01-01T00:00:00Z");

    private final Settings settings;
    private final SimulatorLoop loop = new SimulatorLoop();
    private final SimulatedService service;
    private final Connections connections;
    private final Channel server;
    private final int port;

    private RealtimeSimulator(Settings settings) {
        this.settings = settings;
        service = new SimulatedService(settings, loop.eventLoop());
        connections = new Connections(service, new Endpoints(service));
        try {
            server = loop.listen(settings.port(), connections);
        } catch (RuntimeException e) {
            loop.stop();
            settings.media().close();
            throw e;
        }
        port = ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Starts a simulator with default settings on a free port. */
    public static RealtimeSimulator start() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    public int port() {
        return port;
    }

    /** Base of the HTTP endpoints, {@code http://127.0.0.1:PORT/v1}; with TLS {@code https}. */
    public URI baseUrl() {
        return URI.create((isSecure() ? "https://" : "http://") + SimulatorLoop.HOST + ":" + port + "/v1");
    }

    /** Where websockets are opened, {@code ws://127.0.0.1:PORT/v1/realtime}, without a query; with TLS {@code wss}. */
    public URI webSocketUrl() {
        return URI.create((isSecure() ? "wss://" : "ws://") + SimulatorLoop.HOST + ":" + port + "/v1/realtime");
    }

    /** Whether connections are encrypted. */
    public boolean isSecure() {
        return settings.identity().isPresent();
    }

    /** Everything that happened. */
    public Journal journal() {
        return service.journal();
    }

    /** The time of everything here; it can be moved. */
    public SimulatorClock clock() {
        return service.clock();
    }

    /** All calls, ended ones too. */
    public CallLedger calls() {
        return service.ledger();
    }

    /** The newest 10,000 requests in the order of arrival, upgrades included. */
    public List<ReceivedRequest> requests() {
        return service.requests();
    }

    /** The requests for this path, such as {@code /v1/realtime/calls}. */
    public List<ReceivedRequest> requests(String path) {
        return requests().stream()
                .filter(request -> request.path().equals(path))
                .toList();
    }

    /** All websockets in the order of their 101, closed ones too. */
    public List<Connection> connections() {
        return service.connections();
    }

    /** All websockets of one kind. */
    public List<Connection> connections(Connection.Kind kind) {
        return connections().stream()
                .filter(connection -> connection.kind() == kind)
                .toList();
    }

    /**
     * Waits for the first websocket of this kind.
     *
     * @throws AssertionError if none opens in time
     */
    public Connection awaitConnection(Connection.Kind kind, Duration timeout) {
        return awaitConnection(kind, 1, timeout);
    }

    /** Waits for the {@code ordinal}th websocket of this kind, counted from 1. */
    public Connection awaitConnection(Connection.Kind kind, int ordinal, Duration timeout) {
        service.journal()
                .await(
                        kind + " socket number " + ordinal,
                        entry -> entry.kind() == JournalEntry.Kind.UPGRADED
                                && connections(kind).size() >= ordinal,
                        timeout);
        return connections(kind).get(ordinal - 1);
    }

    /**
     * Lets a call come in by telephone. It rings until a client accepts or rejects it; whoever accepts it owns
     * it. The webhook is for the test to deliver, {@link Call#incomingEvent}, or see {@link #ring(String, Webhook)}.
     *
     * @param from a telephone number such as {@code +4930123456}
     */
    public Call ring(String from) {
        return service.ring(from);
    }

    /** Lets a call come in by telephone and tells the application of it, at once and once. */
    public Call ring(String from, Webhook webhook) {
        Call call = service.ring(from);
        webhook.deliver(call, service);
        return call;
    }

    /** Lets a misfortune happen. */
    public void inflict(Infliction infliction) {
        service.fate().add(infliction);
    }

    /** Forgets all misfortunes that have not struck yet. What is held stays held until its gate opens. */
    public void relent() {
        service.fate().clear();
    }

    /** Holds all new TCP connections before anything is read. */
    public Gate holdAccept() {
        return hold("accept", Moment.ACCEPTED);
    }

    /** Holds all call creations after the request was read and before the call exists. */
    public Gate holdCall() {
        return hold("call", Moment.CALL);
    }

    /** Holds all answers to call creations; the calls exist already. */
    public Gate holdCallAnswer() {
        return hold("call answer", Moment.CALL_CREATED);
    }

    /** Holds all websocket upgrades after the request was read and before 101. */
    public Gate holdUpgrade() {
        return hold("upgrade", Moment.UPGRADE);
    }

    /** Holds all websockets after 101: what arrives is read and not acted upon, nothing is sent. */
    public Gate holdOpened() {
        return hold("opened", Moment.OPENED);
    }

    /** Holds all websockets at their first client event, which is read and not acted upon. */
    public Gate holdFirstFrame() {
        return hold("first frame", Moment.FIRST_FRAME);
    }

    /** Holds all responses behind their first delta, so that they stay active. */
    public Gate holdResponses() {
        return hold("responses", Moment.STREAMING);
    }

    private Gate hold(String name, Moment moment) {
        Gate gate = new Gate(name);
        inflict(Misfortune.hold(gate).at(moment).always());
        return gate;
    }

    /** Delays all sideband joins between their upgrade request and its 101. */
    public void delayJoins(Duration delay) {
        inflict(Misfortune.delay(delay).at(Moment.UPGRADE).always().onSidebands());
    }

    /** Refuses the next {@code times} upgrades with this status and an error body. */
    public void refuseUpgrades(int status, int times) {
        inflict(Misfortune.refuse(status).at(Moment.UPGRADE).times(times));
    }

    /** Answers the next {@code times} joins with 404 {@code call_id_not_found}, as if the call came up late. */
    public void joinsNotFound(int times) {
        inflict(Misfortune.callNotFound().at(Moment.UPGRADE).times(times).onSidebands());
    }

    /** Refuses the next {@code times} call creations with this status and an error body; no call comes to be. */
    public void refuseCalls(int status, int times) {
        inflict(Misfortune.refuse(status).at(Moment.CALL).times(times));
    }

    /** Keeps calls created from now on invisible to joins and hang-ups until {@link Call#reveal}. */
    public void hideNewCalls(boolean hide) {
        service.hideNewCalls(hide);
    }

    /** The seed of ids, sound and answers; give it to a builder to see the same again. */
    public long seed() {
        return settings.seed();
    }

    /**
     * Stops listening, ends every connection without a close frame and waits until the thread has ended.
     * A second call does nothing.
     */
    @Override
    public void close() {
        ChannelFuture closed = server.close();
        if (!loop.eventLoop().inEventLoop()) {
            closed.awaitUninterruptibly();
        }
        service.execute(() -> {
            service.ledger().all().forEach(call -> call.assistant().ifPresent(AssistantSession::end));
            service.ledger().live().forEach(call -> call.media().close());
            connections.closeAll();
        });
        loop.stop();
        settings.media().close();
    }

    @Override
    public String toString() {
        return "RealtimeSimulator[" + baseUrl() + ", seed " + seed() + "]";
    }

    /** Settings of a simulator. Every one has a default. */
    public static final class Builder {
        private int port;
        private long seed = new SplittableRandom().nextLong();
        private final Set<String> keys = new LinkedHashSet<>();
        private boolean anonymousAllowed;
        private boolean realKeysAllowed;
        private String model = "gpt-realtime";
        private Persona persona = Persona.attentive();
        private final List<McpServer> mcpServers = new ArrayList<>();
        private double pacing = 10;
        private boolean mirrorsAudio = true;
        private Duration sessionLength = Duration.ofMinutes(60);
        private Duration joinDelay = Duration.ZERO;
        private Script script = (connection, event) -> false;
        private boolean silent;
        private boolean controlled;
        private boolean hidesNewCalls;
        private Optional<MediaPeer> media = Optional.empty();
        private Optional<ServerIdentity> identity = Optional.empty();
        private Limits limits = Limits.DEFAULTS;
        private Optional<Instant> frozenAt = Optional.empty();
        private Consumer<JournalEntry> listener = entry -> {};

        private Builder() {}

        /** Listens on this port; 0, the default, picks a free one. */
        public Builder port(int number) {
            if (number < 0 || number > 65_535) {
                throw new IllegalArgumentException("not a port: " + number);
            }
            port = number;
            return this;
        }

        /** Makes ids, sound and answers repeatable. Without it each simulator draws its own seed. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Accepts only these keys. The default is any key. */
        public Builder acceptKeys(String... accepted) {
            keys.addAll(List.of(accepted));
            return this;
        }

        /** Serves requests without a key too, which otherwise get 401. */
        public Builder acceptAnonymous() {
            anonymousAllowed = true;
            return this;
        }

        /** Serves keys that look real, which otherwise get 401 lest one leak into a test log. */
        public Builder acceptRealKeys() {
            realKeysAllowed = true;
            return this;
        }

        /** Model of a call whose session names none. */
        public Builder model(String name) {
            model = name;
            return this;
        }

        /** Who answers. The default is {@link Persona#attentive}. */
        public Builder persona(Persona who) {
            persona = who;
            return this;
        }

        /** A tool server that sessions may name by its label; may be given many times. */
        public Builder mcp(McpServer server) {
            mcpServers.add(server);
            return this;
        }

        /** Streams answers this many times faster than they sound; the default is 10. */
        public Builder pace(double timesRealTime) {
            if (timesRealTime <= 0) {
                throw new IllegalArgumentException("not a pace: " + timesRealTime);
            }
            pacing = timesRealTime;
            return this;
        }

        /** Streams answers without any wait. */
        public Builder unpaced() {
            pacing = 0;
            return this;
        }

        /** Whether the sound of a call is also sent to its sidebands, as audio deltas; the default is true. */
        public Builder mirrorAudio(boolean mirror) {
            mirrorsAudio = mirror;
            return this;
        }

        /** Sessions expire after this time; the default is an hour. */
        public Builder sessionLength(Duration length) {
            sessionLength = length;
            return this;
        }

        /** Freezes the {@link SimulatorClock} at the start of 2026: it moves when a test moves it. */
        public Builder frozenClock() {
            frozenAt = Optional.of(FROZEN_AT);
            return this;
        }

        /** Delays each sideband join by this. */
        public Builder joinDelay(Duration delay) {
            joinDelay = delay;
            return this;
        }

        /** Sees client events before the assistant. */
        public Builder script(Script handler) {
            script = handler;
            return this;
        }

        /** Plays a recorded conversation instead of the assistant. */
        public Builder replay(Replay recorded) {
            script = recorded;
            silent = true;
            return this;
        }

        /** Switches the assistant off: nothing is sent unless a script or a test does. */
        public Builder silent() {
            silent = true;
            return this;
        }

        /** Serves {@code /simulator/…} to tests in other languages; {@code docs/simulator.md} says what. */
        public Builder control() {
            controlled = true;
            return this;
        }

        /** New calls stay invisible to joins and hang-ups until {@link Call#reveal}. */
        public Builder hideNewCalls() {
            hidesNewCalls = true;
            return this;
        }

        /**
         * Makes the media side of calls. The default answers with addresses that lead nowhere. The simulator
         * owns the peer and closes it: give each simulator its own.
         */
        public Builder media(MediaPeer peer) {
            media = Optional.of(peer);
            return this;
        }

        /**
         * Speaks TLS and proves itself with this identity, for example
         * {@code CertificateAuthority.create().issueForLoopback()}; clients must trust that authority.
         */
        public Builder tls(ServerIdentity proof) {
            identity = Optional.of(proof);
            return this;
        }

        /** A request must be complete within this time; the default is ten seconds. */
        public Builder requestDeadline(Duration limit) {
            limits = limits.withRequestDeadline(limit);
            return this;
        }

        /** Limit of an HTTP body; beyond it 413. The default is 1 MiB. */
        public Builder maxBodyBytes(int bytes) {
            limits = limits.withMaxBodyBytes(bytes);
            return this;
        }

        /** Limit of a websocket message; beyond it close code 1009. The default is 32 MiB. */
        public Builder maxMessageBytes(int bytes) {
            limits = limits.withMaxMessageBytes(bytes);
            return this;
        }

        /** Limit of TCP connections at one time; further ones are reset. The default is 10,000. */
        public Builder maxConnections(int count) {
            limits = limits.withMaxConnections(count);
            return this;
        }

        /** Bounds of the journal; the defaults are 200,000 entries and 32 Mi characters of content. */
        public Builder journalLimits(int entries, long characters) {
            limits = limits.withJournal(entries, characters);
            return this;
        }

        /** Sees each journal entry as it is written, on the simulator's thread or that of the test. */
        public Builder listener(Consumer<JournalEntry> observer) {
            listener = observer;
            return this;
        }

        Settings settings() {
            return new Settings(
                    port,
                    seed,
                    Set.copyOf(keys),
                    anonymousAllowed,
                    realKeysAllowed,
                    model,
                    persona,
                    List.copyOf(mcpServers),
                    pacing,
                    mirrorsAudio,
                    sessionLength,
                    script,
                    silent,
                    controlled,
                    hidesNewCalls,
                    media.orElseGet(() -> new SdpAnswers(seed)),
                    identity,
                    limits,
                    frozenAt,
                    listener);
        }

        /**
         * Binds the port and begins to listen.
         *
         * @throws UncheckedIOException if the port cannot be bound
         */
        public RealtimeSimulator start() {
            RealtimeSimulator simulator = new RealtimeSimulator(settings());
            if (!joinDelay.isZero()) {
                simulator.delayJoins(joinDelay);
            }
            return simulator;
        }
    }
}
