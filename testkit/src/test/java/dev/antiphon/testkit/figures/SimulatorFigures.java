package dev.antiphon.testkit.figures;

import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast a simulator starts, and what many conversations at once cost it.
 *
 * <p>Each conversation sends 50 frames of 20 ms a second, a second of sound and a second of silence in turn, so
 * that turn detection finds a turn every two seconds and an answer is spoken in real time. The client is as
 * plain as it can be: ready-made frames out, bytes in and away. Only the simulator's own thread is counted.
 */
final class SimulatorFigures {
    private static final int STARTS = 200;
    private static final int FRAME_MILLIS = 20;
    private static final int TURN_FRAMES = 100;
    private static final String THREAD = "antiphon-simulator";

    private SimulatorFigures() {}

    /**
     * Prints the figures.
     *
     * @param arguments how many conversations, 100 without; for how many seconds, 30 without
     */
    public static void main(String[] arguments) throws Exception {
        int conversations = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 30;
        start();
        load(conversations, seconds);
    }

    private static void start() {
        double[] millis = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            long from = System.nanoTime();
            RealtimeSimulator simulator = RealtimeSimulator.start();
            millis[i] = (System.nanoTime() - from) / 1e6;
            simulator.close();
        }
        double first = millis[0];
        double[] warm = Arrays.copyOfRange(millis, STARTS / 2, STARTS);
        Arrays.sort(warm);
        print("start: first %.0f ms, warm p50 %.2f ms, p99 %.2f ms", first, warm[50], warm[98]);
    }

    private static void load(int conversations, int seconds) throws Exception {
        AtomicLong sent = new AtomicLong();
        try (RealtimeSimulator simulator = RealtimeSimulator.builder()
                        .pace(1)
                        .listener(entry -> {
                            if (entry.kind() == JournalEntry.Kind.SENT) {
                                sent.incrementAndGet();
                            }
                        })
                        .start();
                Clients clients = new Clients(simulator, conversations)) {
            clients.send(2_000 / FRAME_MILLIS);
            long eventsBefore = sent.get();
            long cpuBefore = cpuNanos();
            long from = System.nanoTime();

            double worstLagMillis = clients.send(seconds * 1_000 / FRAME_MILLIS);

            double wall = System.nanoTime() - from;
            double cpu = cpuNanos() - cpuBefore;
            long responses = simulator
                    .journal()
                    .entries(entry -> entry.isSent("response.done"))
                    .size();
            print(
                    "load: %d conversations, %d frames/s each, %.0f s: simulator thread %.0f %% of one core, %.0f %% of"
                            + " this machine's %d",
                    conversations,
                    1_000 / FRAME_MILLIS,
                    wall / 1e9,
                    100 * cpu / wall,
                    100 * cpu / wall / cores(),
                    cores());
            print(
                    "      %.0f server events/s, %d responses in the journal, sender at most %.0f ms late",
                    (sent.get() - eventsBefore) / (wall / 1e9), responses, worstLagMillis);
        }
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static long cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long total = 0;
        for (long id : threads.getAllThreadIds()) {
            ThreadInfo thread = threads.getThreadInfo(id);
            if (thread != null && thread.getThreadName().equals(THREAD)) {
                total += threads.getThreadCpuTime(id);
            }
        }
        return total;
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    /** Many sockets, one thread that writes and one that reads. */
    private static final class Clients implements AutoCloseable {
        private final List<SocketChannel> sockets = new ArrayList<>();
        private final ByteBuffer loud = frame(1);
        private final ByteBuffer quiet = frame(0);
        private final Selector selector = Selector.open();
        private final Thread reader = new Thread(this::readAll, "figures-reader");
        private int turn;

        Clients(RealtimeSimulator simulator, int count) throws IOException {
            for (int i = 0; i < count; i++) {
                sockets.add(connect(simulator));
            }
            for (SocketChannel socket : sockets) {
                socket.configureBlocking(false);
                socket.register(selector, SelectionKey.OP_READ);
            }
            reader.setDaemon(true);
            reader.start();
        }

        private static SocketChannel connect(RealtimeSimulator simulator) throws IOException {
            SocketChannel socket =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), simulator.port()));
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            String request = "GET /v1/realtime?model=m HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Version: 13\r\nAuthorization: Bearer figures\r\n\r\n";
            socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer one = ByteBuffer.allocate(1);
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                if (socket.read(one.clear()) < 0) {
                    throw new IOException("not upgraded");
                }
                head.append((char) one.get(0));
            }
            return socket;
        }

        /** A masked frame with 20 ms of PCM, a tone or silence, as an append event. */
        private static ByteBuffer frame(int amplitude) {
            byte[] sound = new byte[48 * FRAME_MILLIS];
            for (int i = 0; i < sound.length / 2; i++) {
                int sample = (int) (amplitude * 10_000 * Math.sin(2 * Math.PI * 250 * i / 24_000));
                sound[2 * i] = (byte) sample;
                sound[2 * i + 1] = (byte) (sample >> 8);
            }
            byte[] payload = ("{\"type\":\"input_audio_buffer.append\",\"audio\":\""
                            + Base64.getEncoder().encodeToString(sound) + "\"}")
                    .getBytes(StandardCharsets.US_ASCII);
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.write(0x81);
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
            byte[] mask = {1, 2, 3, 4};
            frame.writeBytes(mask);
            for (int i = 0; i < payload.length; i++) {
                frame.write(payload[i] ^ mask[i % 4]);
            }
            return ByteBuffer.wrap(frame.toByteArray());
        }

        /** Sends so many frames on each socket, in real time, the sockets' turns spread evenly. */
        double send(int frames) throws IOException {
            double worst = 0;
            long begin = System.nanoTime();
            for (int i = 0; i < frames; i++) {
                long due = begin + TimeUnit.MILLISECONDS.toNanos((long) i * FRAME_MILLIS);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                worst = Math.max(worst, (System.nanoTime() - due) / 1e6);
                for (int s = 0; s < sockets.size(); s++) {
                    boolean speaks = (turn + s * TURN_FRAMES / sockets.size()) % TURN_FRAMES < TURN_FRAMES / 2;
                    ByteBuffer frame = (speaks ? loud : quiet).duplicate();
                    while (frame.hasRemaining()) {
                        if (sockets.get(s).write(frame) == 0) {
                            Thread.onSpinWait();
                        }
                    }
                }
                turn++;
            }
            return worst;
        }

        private void readAll() {
            ByteBuffer bytes = ByteBuffer.allocateDirect(65_536);
            try {
                while (selector.isOpen()) {
                    selector.select();
                    for (SelectionKey key : selector.selectedKeys()) {
                        if (((SocketChannel) key.channel()).read(bytes.clear()) < 0) {
                            key.cancel();
                        }
                    }
                    selector.selectedKeys().clear();
                }
            } catch (IOException | java.nio.channels.ClosedSelectorException e) {
                // The run is over.
            }
        }

        @Override
        public void close() throws IOException {
            selector.close();
            for (SocketChannel socket : sockets) {
                socket.close();
            }
        }
    }
}
