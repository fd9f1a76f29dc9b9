package dev.antiphon.app.figures;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.SdpOffer;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.transport.webrtc.CallTicket;
import dev.antiphon.transport.webrtc.SidebandObserver;
import dev.antiphon.transport.webrtc.SidebandTransport;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How soon a created call is joined, how soon a conversation stops in each of its phases, and whether a
 * lost control socket is joined again. The first argument is the number of rounds, 500 by default.
 */
final class CallFigures implements Closeable {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final StartRequest START = StartRequest.withOffer(
            SessionConfig.model("gpt-realtime").build(),
            new SdpOffer("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                    + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"));
    private static final List<Consumer<Connection>> LOSSES = List.of(
            Connection::reset,
            Connection::drop,
            socket -> socket.close(1001, ""),
            socket -> socket.close(1011, ""),
            socket -> socket.close(1012, ""),
            socket -> socket.close(1013, ""));

    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().unpaced().maxConnections(20_000).start();
    private final List<Duration> joined = Collections.synchronizedList(new ArrayList<>());
    private final List<Duration> rejoined = Collections.synchronizedList(new ArrayList<>());
    private final SidebandTransport transport;
    private final RealtimeConversations conversations;

    private CallFigures() {
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(simulator.baseUrl().toString())
                .credentials(Credentials.apiKey("figures"))
                .build();
        transport = SidebandTransport.builder(endpoint)
                .observer(new SidebandObserver() {
                    @Override
                    public void onJoined(CallTicket ticket, int attempts, Duration took, boolean again) {
                        (again ? rejoined : joined).add(took);
                    }
                })
                .build();
        conversations = RealtimeConversations.builder().sideband(transport).build();
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length == 0 ? 500 : Integer.parseInt(arguments[0]);
        try (CallFigures warmUp = new CallFigures()) {
            warmUp.joins(3 * rounds);
        }
        try (CallFigures figures = new CallFigures()) {
            figures.joins(rounds);
            print("created to joined", figures.joined);
        }
        System.out.println("stop to closed, " + rounds + " times in each phase");
        for (Stop phase : Stop.values()) {
            try (CallFigures figures = new CallFigures()) {
                print(phase.toString(), figures.stops(phase, rounds));
            }
        }
        try (CallFigures figures = new CallFigures()) {
            int survived = figures.losses(rounds);
            System.out.printf(Locale.ROOT, "losses joined again: %d of %d%n", survived, rounds);
            print("lost to joined", figures.rejoined);
        }
        System.exit(0);
    }

    private void joins(int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            Conversation conversation = conversations.start(START);
            await(conversation.joined());
            conversation.close();
            await(conversation.closed());
        }
    }

    /** What holds a conversation in each phase; the last two are reached without a gate. */
    private enum Stop {
        CREATING,
        ANSWER_WITHHELD,
        BETWEEN_ATTEMPTS,
        UPGRADE_HELD,
        JUST_OPENED,
        LIVE,
        REJOINING
    }

    private List<Duration> stops(Stop phase, int rounds) throws Exception {
        List<Duration> took = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            Gate gate = gate(phase);
            Conversation conversation = conversations.start(START);
            conversation.sendText("queued");
            if (phase == Stop.LIVE || phase == Stop.REJOINING) {
                await(conversation.joined());
            }
            if (phase == Stop.REJOINING) {
                gate = simulator.holdUpgrade();
                newestSocket().reset();
            }
            if (phase == Stop.BETWEEN_ATTEMPTS) {
                await(conversation.answer());
                TimeUnit.MILLISECONDS.sleep(20);
            } else if (gate != null) {
                gate.awaitReached(SOON);
            }
            long before = System.nanoTime();
            conversation.close();
            await(conversation.closed());
            took.add(Duration.ofNanos(System.nanoTime() - before));
            if (gate != null) {
                gate.open();
            }
            simulator.relent();
            while (!simulator.calls().live().isEmpty()) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        return took;
    }

    private @Nullable Gate gate(Stop phase) {
        return switch (phase) {
            case CREATING -> simulator.holdCall();
            case ANSWER_WITHHELD -> simulator.holdCallAnswer();
            case UPGRADE_HELD -> simulator.holdUpgrade();
            case JUST_OPENED -> simulator.holdOpened();
            case BETWEEN_ATTEMPTS -> {
                simulator.joinsNotFound(1_000);
                yield null;
            }
            case LIVE, REJOINING -> null;
        };
    }

    /** Each conversation loses its socket once, between two texts; tells how many took the second one. */
    private int losses(int rounds) throws Exception {
        int survived = 0;
        for (int round = 0; round < rounds; round++) {
            Conversation conversation = conversations.start(START);
            await(conversation.joined());
            await(conversation.sendText("before").outcome());
            LOSSES.get(round % LOSSES.size()).accept(newestSocket());
            while (rejoined.size() <= round && conversation.phase() != Phase.CLOSED) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            if (await(conversation.sendText("after").outcome()) instanceof Outcome.Acknowledged) {
                survived++;
            }
            conversation.close();
            await(conversation.closed());
        }
        return survived;
    }

    private Connection newestSocket() {
        List<Connection> sockets = simulator.connections(Connection.Kind.SIDEBAND);
        return sockets.get(sockets.size() - 1);
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private static void print(String name, List<Duration> times) {
        long[] sorted = List.copyOf(times).stream()
                .mapToLong(Duration::toNanos)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            throw new IllegalStateException("nothing was measured: " + name + " " + Arrays.toString(sorted));
        }
        System.out.printf(
                Locale.ROOT,
                "  %-20s p50 %8.3f ms   p99 %8.3f ms   max %8.3f ms   (%d)%n",
                name.toLowerCase(Locale.ROOT).replace('_', ' '),
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                sorted[sorted.length - 1] / 1e6,
                sorted.length);
    }

    @Override
    public void close() {
        conversations.close();
        transport.close();
        simulator.close();
    }
}
