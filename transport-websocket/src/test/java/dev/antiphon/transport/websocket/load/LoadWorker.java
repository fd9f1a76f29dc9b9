package dev.antiphon.transport.websocket.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One measure of one subject, in a process of its own. Prints a line {@code FIGURE name value} for each
 * figure. Repetitions follow a warm-up; of processor times the smallest counts, for whatever else the
 * machine does only adds to them where nothing is paced.
 */
final class LoadWorker {
    private static final int ROUNDS = 5;
    private static final int BURST = 1_000;
    private static final Subject.Ear DEAF = new Subject.Ear() {};

    private final Subject subject;
    private final double scale;
    private final int threadsBefore;
    private final byte[] frame = new byte[960];

    private LoadWorker(Subject subject, double scale, int threadsBefore) {
        this.subject = subject;
        this.scale = scale;
        this.threadsBefore = threadsBefore;
        new Random(1).nextBytes(frame);
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[2]);
        int threadsBefore = Gauges.threads();
        Measure measure = Measure.valueOf(arguments[0]);
        Subject subject = arguments[1].equals("bare")
                ? new BareSubject(port)
                : new AntiphonSubject(port, measure == Measure.ECHO_ON_LOOP);
        LoadWorker worker = new LoadWorker(subject, Double.parseDouble(arguments[3]), threadsBefore);
        int status = 1;
        try {
            worker.measure(measure);
            status = 0;
        } catch (Exception | Error e) {
            System.out.println(e);
        } finally {
            // Threads of the subject must not keep the process, whatever happened.
            System.out.flush();
            Runtime.getRuntime().halt(status);
        }
    }

    private void measure(Measure measure) throws Exception {
        switch (measure) {
            case UPLINK -> uplink();
            case AUDIO -> downlink("load.audio", 100_000);
            case TEXT -> downlink("load.text", 500_000);
            case ECHO, ECHO_ON_LOOP -> new EchoLoad(subject, frame).measure(scaled(30), scaled(4));
            case WRITTEN -> written();
            case IDLE -> idle();
            case OFFER -> offer();
        }
    }

    static void figure(String name, double value) {
        System.out.println("FIGURE " + name + " " + String.format(Locale.ROOT, "%.3f", value));
    }

    static void parkUntil(long due) {
        for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
    }

    private int scaled(int count) {
        return Math.max(1, (int) (count * scale));
    }

    /** Bursts of frames from one thread; the next begins when the server has the one before. */
    private void uplink() throws Exception {
        AtomicLong arrived = new AtomicLong();
        Semaphore committed = new Semaphore(0);
        Subject.Session session = subject.open("sink", new Subject.Ear() {
            @Override
            public void onCommitted(long frames) {
                arrived.set(frames);
                committed.release();
            }
        });
        long offered = bursts(session, committed, scaled(12_000));
        double cpu = Double.MAX_VALUE;
        double allocated = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long cpuBefore = Gauges.cpuNanos();
            long allocatedBefore = Gauges.allocatedBytes();
            long frames = bursts(session, committed, scaled(1_000));
            cpu = Math.min(cpu, (Gauges.cpuNanos() - cpuBefore) / 1e3 / frames);
            allocated = Math.min(allocated, (double) (Gauges.allocatedBytes() - allocatedBefore) / frames);
            offered += frames;
        }
        figure("cpu", cpu);
        figure("bytes", allocated);
        figure("lost", (double) (offered - arrived.get()));
    }

    private long bursts(Subject.Session session, Semaphore committed, int bursts) throws InterruptedException {
        for (int burst = 0; burst < bursts; burst++) {
            for (int i = 0; i < BURST; i++) {
                session.offer(frame);
            }
            session.commit();
            await(committed, 1);
        }
        return (long) bursts * BURST;
    }

    /** A flood of deltas to one session. */
    private void downlink(String flood, int events) throws Exception {
        Semaphore heard = new Semaphore(0);
        AtomicLong wrong = new AtomicLong();
        Subject.Session session = subject.open("sink", new Subject.Ear() {
            @Override
            public void onAudio(byte[] pcm, String itemId) {
                if (pcm.length != LoadSession.FLOOD_PCM || itemId.isEmpty()) {
                    wrong.incrementAndGet();
                }
                heard.release();
            }

            @Override
            public void onText(String delta) {
                heard.release();
            }
        });
        int each = scaled(events);
        String ask = "{\"type\":\"" + flood + "\",\"events\":" + each + "}";
        session.send(ask);
        await(heard, each);
        double cpu = Double.MAX_VALUE;
        double allocated = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long cpuBefore = Gauges.cpuNanos();
            long allocatedBefore = Gauges.allocatedBytes();
            session.send(ask);
            await(heard, each);
            cpu = Math.min(cpu, (Gauges.cpuNanos() - cpuBefore) / 1e3 / each);
            allocated = Math.min(allocated, (double) (Gauges.allocatedBytes() - allocatedBefore) / each);
        }
        figure("cpu", cpu);
        figure("bytes", allocated);
        figure("wrong", (double) wrong.get());
    }

    /** A text a second and session: how long it takes to the socket. */
    private void written() throws Exception {
        List<Subject.Session> sessions = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sessions.add(subject.open("sink", DEAF));
        }
        Latencies warmUp = new Latencies();
        texts(sessions, warmUp, scaled(20_000), 2_000);
        Latencies measured = new Latencies();
        int texts = sessions.size() * Math.max(3, scaled(30));
        texts(sessions, measured, texts, sessions.size());
        Thread.sleep(500);
        figure("p50", measured.micros(0.50));
        figure("p99", measured.micros(0.99));
        figure("lost", (double) texts - measured.count());
    }

    private static void texts(List<Subject.Session> sessions, Latencies latencies, int texts, int aSecond) {
        long start = System.nanoTime();
        for (int i = 0; i < texts; i++) {
            parkUntil(start + TimeUnit.SECONDS.toNanos(i) / aSecond);
            sessions.get(i % sessions.size()).text("Good morning", latencies::add);
        }
    }

    /**
     * Sessions that stand and say nothing, beside what the code itself takes once it is compiled. The heap is
     * resident as a whole from the beginning, so that what grows is outside of it; inside counts what lives.
     */
    private void idle() throws Exception {
        for (int round = 0; round < 5; round++) {
            List<Subject.Session> first = open(Math.max(50, scaled(1_000)));
            first.forEach(Subject.Session::close);
        }
        Thread.sleep(2_000);
        long heapBefore = Gauges.liveHeapBytes();
        long residentBefore = Gauges.residentBytes();
        List<Subject.Session> standing = open(Math.min(5_000, scaled(10_000)));
        // Long enough for a ping to each, and for threads that are not needed to leave.
        Thread.sleep(scale < 1 ? 12_000 : 30_000);
        long heap = Gauges.liveHeapBytes() - heapBefore;
        long outside = Gauges.residentBytes() - residentBefore;
        figure("memory", (heap + outside) / 1_024.0 / standing.size());
        figure("outside", outside / 1_024.0 / standing.size());
        figure("threads", (double) (Gauges.threads() - threadsBefore));
    }

    private List<Subject.Session> open(int sessions) throws Exception {
        List<Subject.Session> open = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            open.add(subject.open("sink", DEAF));
        }
        return open;
    }

    /** Sixteen threads at one session, in rounds that fit into its lane: whatever is refused, is for contention. */
    private void offer() throws Exception {
        Semaphore committed = new Semaphore(0);
        Subject.Session session = subject.open("sink", new Subject.Ear() {
            @Override
            public void onCommitted(long frames) {
                committed.release();
            }
        });
        AtomicLong refused = new AtomicLong();
        for (int round = 0; round < Math.max(2, scaled(20)); round++) {
            offerAtOnce(session, refused);
            session.commit();
            await(committed, 1);
        }
        figure("refused", (double) refused.get());
    }

    private void offerAtOnce(Subject.Session session, AtomicLong refused) throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Thread thread = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int n = 0; n < 700; n++) {
                    if (!session.offer(frame)) {
                        refused.incrementAndGet();
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void await(Semaphore semaphore, int permits) throws InterruptedException {
        if (!semaphore.tryAcquire(permits, 120, TimeUnit.SECONDS)) {
            throw new IllegalStateException("only " + semaphore.availablePermits() + " of " + permits + " came: "
                    + Arrays.toString(Thread.getAllStackTraces().keySet().toArray()));
        }
    }
}
