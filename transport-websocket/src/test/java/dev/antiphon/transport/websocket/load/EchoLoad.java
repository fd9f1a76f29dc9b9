package dev.antiphon.transport.websocket.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Paced frames of many sessions, each answered by its echo. Rounds follow a warm-up, and the median of
 * the rounds counts: a machine that stands still for a moment makes the frames that fell due meanwhile leave
 * together, which is cheap, so that not even the smallest processor time can be trusted.
 */
final class EchoLoad {
    private static final int SESSIONS = 500;
    private static final int FRAMES_PER_SECOND = 50;
    private static final int ROUNDS = 7;

    private final Subject subject;
    private final byte[] frame;
    private final List<Echo> echoes = new ArrayList<>();

    EchoLoad(Subject subject, byte[] frame) {
        this.subject = subject;
        this.frame = frame;
    }

    void measure(int warmUpSeconds, int roundSeconds) throws Exception {
        Latencies warmUp = new Latencies();
        for (int i = 0; i < SESSIONS; i++) {
            Echo echo = new Echo(warmUp);
            echo.session = subject.open("echo", echo);
            echoes.add(echo);
        }
        pace(warmUpSeconds);
        settle();
        double[] cpu = new double[ROUNDS];
        double[] p50 = new double[ROUNDS];
        double[] p99 = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            Latencies measured = new Latencies();
            echoes.forEach(echo -> echo.latencies = measured);
            long cpuBefore = Gauges.cpuNanos();
            long sent = pace(roundSeconds);
            cpu[round] = (Gauges.cpuNanos() - cpuBefore) / 1e3 / sent;
            settle();
            p50[round] = measured.micros(0.50);
            p99[round] = measured.micros(0.99);
        }
        LoadWorker.figure("cpu", median(cpu));
        LoadWorker.figure("p50", median(p50));
        LoadWorker.figure("p99", median(p99));
        LoadWorker.figure("best", Arrays.stream(p99).min().orElseThrow());
        LoadWorker.figure(
                "lost", (double) echoes.stream().mapToLong(Echo::missing).sum());
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Waits until every frame came back, within reason. */
    private void settle() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (echoes.stream().anyMatch(Echo::isOwed) && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
    }

    /** Offers 50 frames a second and session, evenly spread over time; returns how many. */
    private long pace(int seconds) {
        long frames = (long) seconds * FRAMES_PER_SECOND * echoes.size();
        long apart = TimeUnit.SECONDS.toNanos(1) / FRAMES_PER_SECOND / echoes.size();
        long start = System.nanoTime();
        for (long sent = 0; sent < frames; sent++) {
            LoadWorker.parkUntil(start + sent * apart);
            echoes.get((int) (sent % echoes.size())).offer(frame);
        }
        return frames;
    }

    /** One session; frames come back in the order in which they were sent. */
    private static final class Echo implements Subject.Ear {
        private static final int RING = 1 << 10;

        private final long[] sentAt = new long[RING];
        private Subject.@Nullable Session session;
        private volatile Latencies latencies;
        private volatile long sent;
        private volatile long heard;
        private long refused;

        Echo(Latencies latencies) {
            this.latencies = latencies;
        }

        void offer(byte[] frame) {
            Subject.Session open = session;
            if (open == null) {
                throw new IllegalStateException("not open");
            }
            long next = sent;
            sentAt[(int) (next % RING)] = System.nanoTime();
            sent = next + 1;
            if (!open.offer(frame)) {
                refused++;
            }
        }

        @Override
        public void onAudio(byte[] pcm, String itemId) {
            long next = heard;
            latencies.add(System.nanoTime() - sentAt[(int) (next % RING)]);
            heard = next + 1;
        }

        /** Frames that were not taken, or whose echo did not come, or came twice. */
        long missing() {
            return refused + Math.abs(sent - refused - heard);
        }

        boolean isOwed() {
            return heard + refused < sent;
        }
    }
}
