package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.SOON;
import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.Gate;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops a conversation in each of its phases, many times with shifted timing: before, at and after the
 * moment at which the phase is left. {@code -Dantiphon.stop.runs} says how often, 20 times by default;
 * {@code -Dantiphon.stop.seed} repeats a run. From 1,000 times on, 99 of 100 stops must take less than 500 ms.
 */
@Timeout(180)
class SidebandStopPhasesIT {
    private static final int RUNS = Integer.getInteger("antiphon.stop.runs", 20);
    private static final int ENOUGH_FOR_A_PERCENTILE = 1_000;
    private static final Duration SLOWEST_P99 = Duration.ofMillis(500);
    private static final long SEED = Long.getLong("antiphon.stop.seed", System.nanoTime());
    private static final Logger log = LoggerFactory.getLogger(SidebandStopPhasesIT.class);

    private final long[] stopNanos = new long[RUNS];
    private final List<Outcome> outcomes = new ArrayList<>();

    private enum Phase {
        BEFORE_CREATE,
        CONNECT,
        TLS,
        REQUEST_WRITE,
        RESPONSE_WAIT,
        ANSWER_PARSE,
        BEFORE_JOIN,
        JOIN_CONNECT,
        UPGRADE_WAIT,
        FLUSH,
        FIRST_FRAME,
        ACTIVE,
        REJOINING,
        CLOSING;

        boolean isHeldByTheServer() {
            return this == REQUEST_WRITE
                    || this == RESPONSE_WAIT
                    || this == ANSWER_PARSE
                    || this == UPGRADE_WAIT
                    || this == FLUSH
                    || this == FIRST_FRAME
                    || this == REJOINING;
        }

        boolean isLive() {
            return this == ACTIVE || this == REJOINING || this == CLOSING;
        }
    }

    @ParameterizedTest(name = "F46 T-42 stop in phase {0}")
    @EnumSource(Phase.class)
    void stop_leaves_one_end_and_no_call(Phase phase) throws IOException {
        try (Closeable obstacle = obstacle(phase);
                SidebandFixture fixture = fixture(phase, obstacle)) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (int run = 0; run < RUNS; run++) {
                stopOnce(phase, fixture, run, random);
            }

            assertThat(fixture.server.calls().live()).as("seed " + SEED).isEmpty();
            assertThat(fixture.observed.orphans).as("seed " + SEED).isEmpty();
            checkOutcomes(fixture);
            Arrays.sort(stopNanos);
            log.info(String.format(
                    Locale.ROOT,
                    "stop in %-13s %d runs, p50 %.2f ms, p99 %.2f ms, seed %d",
                    phase,
                    RUNS,
                    stopNanos[RUNS / 2] / 1e6,
                    stopNanos[RUNS * 99 / 100] / 1e6,
                    SEED));
            if (RUNS >= ENOUGH_FOR_A_PERCENTILE) {
                assertThat(Duration.ofNanos(stopNanos[RUNS * 99 / 100]))
                        .as("p99, seed " + SEED)
                        .isLessThan(SLOWEST_P99);
            }
        }
    }

    private void stopOnce(Phase phase, SidebandFixture fixture, int run, SplittableRandom random) {
        String what = phase + ", run " + run + ", seed " + SEED;
        Hearing hearing = new Hearing();
        int timing = run % 3;
        Gate early = hold(phase, fixture);
        Conversation conversation = fixture.start(hearing);
        Receipt receipt = conversation.sendText("text " + run);
        if (phase.isLive()) {
            await(conversation.joined());
        }
        // Two thirds of the stops while rejoining come when the next upgrade is on its way.
        Gate gate = phase == Phase.REJOINING && timing > 0 ? fixture.server.holdUpgrade() : early;
        CompletableFuture<Void> shifted = CompletableFuture.completedFuture(null);
        switch (phase) {
            case REJOINING -> lastSocket(fixture).reset();
            case CLOSING -> {
                Connection socket = lastSocket(fixture);
                long shift = random.nextLong(400_000);
                shifted = CompletableFuture.runAsync(() -> {
                    LockSupport.parkNanos(shift);
                    socket.close(1000, "");
                });
            }
            default -> {}
        }
        // A third before the phase is surely reached, a third in it, a third while it is being left.
        if (phase.isHeldByTheServer() && timing > 0) {
            gate.awaitReached(SOON);
        }
        if (timing == 2) {
            long shift = random.nextLong(500_000);
            shifted = CompletableFuture.allOf(shifted, CompletableFuture.runAsync(() -> {
                LockSupport.parkNanos(shift);
                gate.open();
            }));
        }
        LockSupport.parkNanos(random.nextLong(timing == 0 || !phase.isHeldByTheServer() ? 4_000_000 : 500_000));

        long before = System.nanoTime();
        conversation.close();
        conversation.close();
        Closure closure = end(conversation);
        stopNanos[run] = System.nanoTime() - before;

        assertThat(Duration.ofNanos(stopNanos[run])).as(what).isLessThan(Duration.ofSeconds(5));
        assertThat(closure.initiator())
                .as(what)
                .isIn(Closure.Initiator.APPLICATION, phase == Phase.CLOSING ? Closure.Initiator.SERVER : null);
        hearing.awaitEnd();
        assertThat(hearing.count("closed")).as(what).isEqualTo(1);
        assertThat(hearing.heard).as(what).endsWith("closed");
        gate.open();
        fixture.server.relent();
        await(shifted);
        outcomes.add(await(receipt.outcome()));
        await(fixture.transport.idle());
    }

    /** Holds the next conversation in this phase, where the server can. */
    private static Gate hold(Phase phase, SidebandFixture fixture) {
        return switch (phase) {
            case REQUEST_WRITE -> fixture.server.holdAccept();
            case RESPONSE_WAIT -> fixture.server.holdCall();
            case ANSWER_PARSE -> fixture.server.holdCallAnswer();
            case UPGRADE_WAIT -> fixture.server.holdUpgrade();
            case FLUSH -> fixture.server.holdOpened();
            case FIRST_FRAME -> fixture.server.holdFirstFrame();
            case BEFORE_JOIN -> {
                fixture.server.joinsNotFound(100);
                yield new Gate("nothing");
            }
            default -> new Gate("nothing");
        };
    }

    /** What the outcomes say and what the server heard are the same. */
    private void checkOutcomes(SidebandFixture fixture) {
        Map<String, Long> heard = fixture.server.connections().stream()
                .flatMap(connection -> SidebandFixture.received(connection).stream())
                .collect(Collectors.groupingBy(text -> text, Collectors.counting()));
        for (int run = 0; run < RUNS; run++) {
            long times = heard.getOrDefault("text " + run, 0L);
            String what = "run " + run + ", seed " + SEED + ", " + outcomes.get(run);
            if (outcomes.get(run) instanceof Outcome.NotSent) {
                assertThat(times).as(what).isZero();
            } else if (outcomes.get(run) instanceof Outcome.Acknowledged) {
                assertThat(times).as(what).isEqualTo(1);
            } else {
                assertThat(times).as(what).isLessThanOrEqualTo(1);
            }
        }
    }

    private static Connection lastSocket(SidebandFixture fixture) {
        var sockets = fixture.server.connections(Connection.Kind.SIDEBAND);
        return sockets.get(sockets.size() - 1);
    }

    /** What a connect or a handshake runs into in this phase. */
    private static Closeable obstacle(Phase phase) throws IOException {
        return switch (phase) {
            case CONNECT, JOIN_CONNECT -> new FullBacklog();
            case TLS -> new ServerSocket(0, 4_096, InetAddress.getLoopbackAddress());
            default -> () -> {};
        };
    }

    private static SidebandFixture fixture(Phase phase, Closeable obstacle) {
        SidebandFixture.Builder builder = new SidebandFixture.Builder();
        builder.simulator = simulator -> simulator.journalLimits(2_000_000, 1L << 30);
        if (phase == Phase.REJOINING) {
            builder.settings = SidebandSettings.DEFAULT.withJoin(
                    JoinSettings.DEFAULT.withBackoff(BackoffSettings.fixed(Duration.ofMillis(10))));
        }
        if (obstacle instanceof FullBacklog full && phase == Phase.CONNECT) {
            builder.baseUrl = "http://127.0.0.1:" + full.port() + "/v1";
        } else if (obstacle instanceof FullBacklog full) {
            builder.endpoint = endpoint -> endpoint.webSocketBaseUrl("ws://127.0.0.1:" + full.port() + "/v1");
        } else if (obstacle instanceof ServerSocket silent) {
            builder.baseUrl = "https://127.0.0.1:" + silent.getLocalPort() + "/v1";
        }
        return builder.start();
    }
}
