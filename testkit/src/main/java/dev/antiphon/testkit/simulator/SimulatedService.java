package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import dev.antiphon.testkit.simulator.assistant.AssistantSession;
import dev.antiphon.testkit.simulator.assistant.Ids;
import dev.antiphon.testkit.simulator.assistant.Pacing;
import dev.antiphon.testkit.simulator.assistant.SessionConfig;
import dev.antiphon.testkit.simulator.assistant.SessionOptions;
import dev.antiphon.testkit.simulator.assistant.TranslationSession;
import dev.antiphon.testkit.simulator.persona.McpServer;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** What all connections of one simulator share, and how they end. */
final class SimulatedService {
    static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final int MAX_REQUESTS_KEPT = 10_000;

    private final Settings settings;
    private final EventLoop loop;
    private final Journal journal;
    private final Ids ids;
    private final SimulatorClock clock;
    private final Fate fate;
    private final CallLedger ledger;
    private final KeyRing keys;
    private final SessionOptions sessionOptions;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();

    private volatile boolean hidesNewCalls;

    SimulatedService(Settings settings, EventLoop loop) {
        this.settings = settings;
        this.loop = loop;
        clock = new SimulatorClock(loop, settings.frozenAt());
        journal = new Journal(settings.limits(), clock::elapsed, settings.listener());
        ids = new Ids(settings.seed());
        fate = new Fate(journal, clock, this::execute);
        ledger = new CallLedger(this::execute, journal);
        keys = new KeyRing(settings.keys(), settings.anonymousAllowed(), settings.realKeysAllowed());
        hidesNewCalls = settings.hidesNewCalls();
        settings.script().misfortunes().forEach(fate::add);
        sessionOptions = new SessionOptions(
                settings.script().persona(settings.persona()),
                mcpServers(settings),
                new Pacing(settings.pacing()),
                settings.seed(),
                ids,
                clock,
                settings.mirrorsAudio(),
                settings.sessionLength());
    }

    private static Map<String, McpServer> mcpServers(Settings settings) {
        Map<String, McpServer> servers = new HashMap<>();
        settings.mcpServers().forEach(server -> servers.put(server.label(), server));
        settings.script().mcpServers().forEach(server -> servers.put(server.label(), server));
        return Map.copyOf(servers);
    }

    /** A response as such can only wait; {@link Moment#allows} sees to that. */
    private static final Fate.Victim STREAM = new Fate.Victim() {
        @Override
        public boolean isGone() {
            return false;
        }

        @Override
        public boolean suffer(Misfortune misfortune) {
            throw new IllegalStateException(misfortune + " cannot happen to a response");
        }
    };

    Settings settings() {
        return settings;
    }

    Journal journal() {
        return journal;
    }

    Ids ids() {
        return ids;
    }

    SimulatorClock clock() {
        return clock;
    }

    Fate fate() {
        return fate;
    }

    CallLedger ledger() {
        return ledger;
    }

    KeyRing keys() {
        return keys;
    }

    List<Connection> connections() {
        return List.copyOf(connections);
    }

    List<ReceivedRequest> requests() {
        return List.copyOf(requests);
    }

    boolean hidesNewCalls() {
        return hidesNewCalls;
    }

    void hideNewCalls(boolean hide) {
        hidesNewCalls = hide;
    }

    /** A session of its own; what its responses meet while streaming is theirs alone, and a call ends with it. */
    AssistantSession newSession(SessionConfig config, Infliction.Subject owner) {
        return new AssistantSession(
                sessionOptions,
                onward -> fate.meet(Moment.STREAMING, owner, STREAM, onward),
                config,
                !owner.callId().isEmpty(),
                () -> ledger.find(owner.callId()).ifPresent(Call::end));
    }

    TranslationSession newTranslation(String model) {
        return new TranslationSession(sessionOptions, model);
    }

    Call ring(String from) {
        Call call = new Call(ledger, ids.next("rtc"), from, "assistant", clock.now());
        ledger.add(call);
        return call;
    }

    void requested(ReceivedRequest request) {
        requests.add(request);
        if (requests.size() > MAX_REQUESTS_KEPT) {
            requests.remove(0);
        }
    }

    void connected(Connection connection) {
        connections.add(connection);
    }

    /** Forgets the oldest closed connections when there are many. */
    void disconnected(Connection connection) {
        if (connections.size() > MAX_REQUESTS_KEPT) {
            connections.stream()
                    .filter(old -> !old.isOpen() && !old.equals(connection))
                    .findFirst()
                    .ifPresent(connections::remove);
        }
    }

    /** Runs something on the simulator's thread; when that has ended there is nothing left to act upon. */
    void execute(Runnable action) {
        try {
            loop.execute(action);
        } catch (RejectedExecutionException e) {
            if (!loop.isShuttingDown()) {
                throw e;
            }
        }
    }

    /** The same, at once when called from there. */
    void act(Runnable action) {
        if (loop.inEventLoop()) {
            action.run();
        } else {
            execute(action);
        }
    }

    void write(Channel channel, Object message) {
        channel.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /** Ends a channel that is still there after a while of real time. */
    void endWithin(Channel channel, Duration patience) {
        Future<?> timer = loop.schedule(() -> close(channel), patience.toMillis(), TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener((ChannelFutureListener) closed -> timer.cancel(false));
    }

    /** Sends FIN behind what was written; the channel closes when the peer does, or soon after. */
    void finish(Channel channel) {
        channel.config().setAutoRead(true);
        if (channel instanceof SocketChannel socket && channel.pipeline().get("tls") == null) {
            endWithin(channel, CLOSE_PATIENCE);
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) written -> {
                ChannelFuture unused = socket.shutdownOutput();
            });
        } else {
            close(channel);
        }
    }

    /** Ends a channel with RST: a lingering time of zero discards what is unsent. One that has ended stays so. */
    void reset(Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            close(channel);
        }
    }

    /** Ends a channel now; whether that worked is of no interest to anybody. */
    static void close(Channel channel) {
        ChannelFuture unused = channel.close();
    }

    /** An input or output error of a connection: it is over. */
    void channelFailed(Channel channel, String connection, Throwable cause) {
        journal.add(Kind.PROTOCOL_ERROR, connection, "", cause.getClass().getSimpleName());
        close(channel);
    }
}
