package dev.antiphon.transport.webrtc;

import static dev.antiphon.transport.webrtc.SidebandFixture.await;
import static dev.antiphon.transport.webrtc.SidebandFixture.end;
import static dev.antiphon.transport.webrtc.SidebandFixture.received;
import static dev.antiphon.transport.webrtc.SidebandFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.Fault;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.TransportException;
import dev.antiphon.testkit.simulator.Call;
import dev.antiphon.testkit.simulator.Gate;
import dev.antiphon.testkit.simulator.HttpAnswer;
import dev.antiphon.testkit.simulator.Misfortune;
import dev.antiphon.testkit.simulator.Moment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conversations that start, talk, fail and stop at random, 200 at the same time: the weather begins when
 * all places are taken, and whoever ends is followed by another. By default for 5 s with a new seed; {@code -Dantiphon.storm.seconds} and {@code -Dantiphon.storm.seed} change that.
 */
@Timeout(180)
class SidebandStormIT {
    private static final int AT_A_TIME = 200;
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("antiphon.storm.seconds", 5));

    /** Twice the mean. The simulator remembers 10,000 connections: however long the storm, it must not be more. */
    private static final long LONGEST_LIFE = 2 * Math.max(500_000_000, AT_A_TIME * LENGTH.toNanos() / 6_000);

    private static final int FEWEST_AT_THE_PEAK = 180;

    /** Of the library, the simulator and the test together: no thread for each conversation. */
    private static final int MOST_THREADS = 64;

    private static final int[] PASSING_CODES = {1001, 1011, 1012, 1013};

    private static final long SEED = Long.getLong("antiphon.storm.seed", System.nanoTime());

    private static final Logger log = LoggerFactory.getLogger(SidebandStormIT.class);

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final CompletableFuture<Void> full = new CompletableFuture<>();
    private final AtomicInteger peak = new AtomicInteger();
    private volatile long endNanos;
    private volatile int mostThreads;

    private final Semaphore places = new Semaphore(AT_A_TIME);
    private final AtomicInteger started = new AtomicInteger();
    private final ConcurrentLinkedQueue<Talk> talks = new ConcurrentLinkedQueue<>();

    /** One conversation of the storm. */
    private record Talk(int number, Conversation conversation, Hearing hearing, List<Said> said) {}

    /** One text and what is known of it. */
    private record Said(String text, Receipt receipt) {}

    @Test
    @DisplayName("T-52 storm loses nothing mixes nothing and leaves nothing")
    void storm_loses_nothing_mixes_nothing_and_leaves_nothing() throws InterruptedException {
        int threadsBefore = threads.getThreadCount();
        SidebandFixture.Builder builder = new SidebandFixture.Builder();
        builder.settings = SidebandSettings.DEFAULT.withJoin(JoinSettings.DEFAULT
                .withAttemptTimeout(Duration.ofSeconds(2))
                .withDeadline(Duration.ofSeconds(8))
                .withRejoinDeadline(Duration.ofSeconds(8))
                .withBackoff(BackoffSettings.fixed(Duration.ofMillis(20))));
        builder.simulator = simulator -> simulator.journalLimits(2_000_000, 1L << 30);
        SidebandFixture fixture = builder.start();

        Thread weather = new Thread(() -> weather(fixture), "weather");
        List<Thread> speakers = new ArrayList<>();
        CountDownLatch over = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            int speaker = i;
            speakers.add(new Thread(
                    () -> {
                        speak(fixture, speaker);
                        over.countDown();
                    },
                    "speaker-" + i));
        }
        weather.start();
        speakers.forEach(Thread::start);
        assertThat(over.await(LENGTH.toSeconds() + 30, TimeUnit.SECONDS))
                .as("seed " + SEED)
                .isTrue();
        weather.join();
        fixture.server.relent();

        int loops = (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("antiphon-io"))
                .count();
        talks.forEach(talk -> talk.conversation().close());
        talks.forEach(talk -> end(talk.conversation()));
        check(fixture);
        assertThat(loops).as("event loop threads").isLessThanOrEqualTo(2);
        log.info("at most {} conversations and {} new threads at a time", peak, mostThreads - threadsBefore);
        assertThat(peak.get()).as("conversations at a time").isGreaterThanOrEqualTo(FEWEST_AT_THE_PEAK);
        assertThat(mostThreads - threadsBefore).as("new threads").isLessThanOrEqualTo(MOST_THREADS);

        Conversation fresh = fixture.startJoined(new Hearing());
        assertThat(await(fresh.sendText("fresh").outcome())).isInstanceOf(Outcome.Acknowledged.class);

        await(fixture.conversations.shutdown());
        await(fixture.transport.shutdown());
        // A call whose creation was answered by a cut connection is known to the server only.
        List<Call> orphans = fixture.server.calls().live();
        assertThat(orphans)
                .as("calls that nobody hung up, seed " + SEED)
                .allMatch(orphan -> isReported(orphan, fixture.observed.orphans));
        fixture.expectedLiveCalls = orphans.size();
        fixture.close();
    }

    /** By its id where we ever learned it, else by the request that created it. */
    private static boolean isReported(Call orphan, List<PossibleOrphan> reports) {
        Optional<String> request = orphan.request().header("X-Client-Request-Id");
        return reports.stream()
                .anyMatch(report -> report.call()
                        .map(call -> call.value().equals(orphan.id()))
                        .orElse(request.equals(Optional.of(report.requestId()))));
    }

    private void speak(SidebandFixture fixture, int speaker) {
        SplittableRandom random = new SplittableRandom(SEED + speaker);
        for (int i = 0; !full.isDone() || System.nanoTime() < endNanos; i++) {
            places.acquireUninterruptibly();
            Hearing hearing = new Hearing();
            Conversation conversation = fixture.start(hearing);
            peak.accumulateAndGet(AT_A_TIME - places.availablePermits(), Math::max);
            var unused = conversation.closed().thenRun(places::release);
            Talk talk = new Talk(speaker * 1_000_000 + i, conversation, hearing, new ArrayList<>());
            talks.add(talk);
            started.incrementAndGet();
            int texts = random.nextInt(4);
            for (int k = 0; k < texts; k++) {
                String text = talk.number() + "/" + k;
                talk.said().add(new Said(text, conversation.sendText(text)));
            }
            if (random.nextInt(4) == 0 && full.isDone()) {
                LockSupport.parkNanos(random.nextInt(10_000_000));
                conversation.close();
            } else {
                CompletableFuture<?>[] outcomes = talk.said().stream()
                        .map(said -> said.receipt().outcome().toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new);
                Executor lifeLater =
                        CompletableFuture.delayedExecutor(random.nextLong(LONGEST_LIFE), TimeUnit.NANOSECONDS);
                var ignored = CompletableFuture.allOf(outcomes)
                        .thenCombine(conversation.joined(), (none, joined) -> null)
                        .thenCombine(full, (none, begun) -> null)
                        .thenRunAsync(conversation::close, lifeLater);
            }
        }
    }

    /** One misfortune for every two conversations, however fast the machine is. */
    private void weather(SidebandFixture fixture) {
        SplittableRandom random = new SplittableRandom(SEED ^ 0x5eed);
        until("all places are taken", () -> places.availablePermits() == 0);
        endNanos = System.nanoTime() + LENGTH.toNanos();
        full.complete(null);
        int met = started.get();
        while (System.nanoTime() < endNanos) {
            mostThreads = Math.max(mostThreads, threads.getThreadCount());
            if (started.get() < met + 2) {
                LockSupport.parkNanos(1_000_000);
                continue;
            }
            met = started.get();
            fixture.server.inflict(
                    switch (random.nextInt(15)) {
                        case 0 -> Misfortune.refuse(503).at(Moment.UPGRADE);
                        case 1 -> Misfortune.callNotFound().at(Moment.UPGRADE).times(2);
                        case 2 -> Misfortune.refuse(401).at(Moment.UPGRADE);
                        case 3 ->
                            Misfortune.delay(Duration.ofMillis(100))
                                    .at(Moment.UPGRADE)
                                    .times(5);
                        case 4 -> Misfortune.reset().at(Moment.OPENED);
                        case 5 ->
                            Misfortune.close(PASSING_CODES[random.nextInt(PASSING_CODES.length)], "")
                                    .at(Moment.received("conversation.item.create", 1));
                        case 6 -> Misfortune.reset().at(Moment.received("conversation.item.create", 1));
                        case 7 -> Misfortune.drop().at(Moment.CALL);
                        case 8 -> Misfortune.drop().at(Moment.CALL_CREATED);
                        case 9 -> Misfortune.refuse(HttpAnswer.empty(500)).at(Moment.HANGUP);
                        case 10 ->
                            Misfortune.alter(answer -> answer.withBody("<html>"))
                                    .at(Moment.CALL_CREATED);
                        case 11 ->
                            Misfortune.refuse(HttpAnswer.empty(429).withHeader("Retry-After", "1"))
                                    .at(Moment.CALL);
                        case 12 ->
                            Misfortune.hold(gate(random))
                                    .at(Moment.CALL_CREATED)
                                    .times(3);
                        case 13 ->
                            Misfortune.hold(gate(random)).at(Moment.UPGRADE).times(3);
                        default ->
                            Misfortune.delay(Duration.ofMillis(50))
                                    .at(Moment.CALL_CREATED)
                                    .times(3);
                    });
        }
    }

    /** A gate that opens after a while. */
    private static Gate gate(SplittableRandom random) {
        Gate gate = new Gate("storm");
        var unused = CompletableFuture.runAsync(
                gate::open, CompletableFuture.delayedExecutor(random.nextInt(1, 100), TimeUnit.MILLISECONDS));
        return gate;
    }

    private void check(SidebandFixture fixture) {
        until(
                "every hang-up is done",
                () -> talks.stream().allMatch(talk -> !talk.hearing().closures.isEmpty()));
        Map<String, List<String>> heardByCall = new HashMap<>();
        fixture.server
                .connections()
                .forEach(connection -> heardByCall
                        .computeIfAbsent(connection.call().map(Call::id).orElse(""), call -> new ArrayList<>())
                        .addAll(received(connection)));
        Map<String, String> callByAnswer = new HashMap<>();
        fixture.server.calls().all().forEach(call -> callByAnswer.put(call.answer(), call.id()));
        List<String> everything =
                heardByCall.values().stream().flatMap(List::stream).toList();
        Map<String, Integer> counts = new HashMap<>();
        everything.forEach(text -> counts.merge(text, 1, Integer::sum));
        for (Talk talk : talks) {
            check(talk, heardByCall, callByAnswer, counts);
        }
        Map<String, Long> outcomes = talks.stream()
                .flatMap(talk -> talk.said().stream())
                .collect(Collectors.groupingBy(
                        said -> await(said.receipt().outcome()).getClass().getSimpleName(), Collectors.counting()));
        Map<String, Long> ends = talks.stream()
                .flatMap(talk -> talk.hearing().closures.stream())
                .collect(Collectors.groupingBy(SidebandStormIT::faultOf, Collectors.counting()));
        log.info("{} conversations, texts: {}, ends: {}, seed {}", talks.size(), outcomes, ends, SEED);
        assertThat(outcomes).as("a storm that tells something").containsKeys("Acknowledged", "NotSent");
    }

    private static String faultOf(Closure closure) {
        return closure.cause()
                .map(cause -> cause.fault() == Fault.SIDEBAND_NOT_JOINED && cause.getCause() != null
                        ? "not joined, " + ((TransportException) cause.getCause()).fault()
                        : cause.fault().toString())
                .orElse(closure.initiator().toString());
    }

    private static void check(
            Talk talk,
            Map<String, List<String>> heardByCall,
            Map<String, String> callByAnswer,
            Map<String, Integer> counts) {
        String what = "seed " + SEED + ", conversation " + talk.number() + " " + talk.hearing().heard;
        assertThat(talk.hearing().closures).as(what).hasSize(1);
        assertThat(talk.hearing().heard).as(what).endsWith("closed");
        List<String> ours = new ArrayList<>();
        var answer = talk.conversation().answer().toCompletableFuture();
        if (!answer.isCompletedExceptionally()) {
            SdpAnswer sdp = answer.getNow(null);
            ours.addAll(heardByCall.getOrDefault(callByAnswer.getOrDefault(sdp.text(), ""), List.of()));
        }
        List<String> arrived = ours.stream().filter(text -> text.contains("/")).toList();
        assertThat(arrived)
                .as(what + " hears its own texts only")
                .allMatch(text -> text.startsWith(talk.number() + "/"));
        assertThat(arrived).as(what + " in order").isSorted();
        for (Said said : talk.said()) {
            Outcome outcome = await(said.receipt().outcome());
            int count = counts.getOrDefault(said.text(), 0);
            String item = what + ", text " + said.text() + " " + outcome;
            assertThat(count).as(item).isLessThanOrEqualTo(1);
            if (outcome instanceof Outcome.Acknowledged) {
                assertThat(count).as(item).isEqualTo(1);
            } else if (outcome instanceof Outcome.NotSent) {
                assertThat(count).as(item).isZero();
            }
        }
    }
}
