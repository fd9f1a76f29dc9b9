package dev.antiphon.core;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputWriter;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long a text takes from {@code sendText} to the writer while audio is offered at three times what
 * the socket takes: 6,000 frames a second for a socket that takes 2,000 events.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 3, time = 5)
@Fork(1)
public class TextDelayBenchmark {
    private static final long SOCKET_NANOS = 500_000;
    private static final int OFFERED_PER_EVENT = 3;

    private final BlockingQueue<CompletableFuture<Void>> onItsWay = new LinkedBlockingQueue<>();
    private final BlockingQueue<ClientEvent> texts = new LinkedBlockingQueue<>();
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final ExecutorService socket = Executors.newSingleThreadExecutor();
    private final ExecutorService microphone = Executors.newSingleThreadExecutor();
    private final FakeTransport network = new FakeTransport();
    private final RealtimeConversations conversations = Stand.builder(network).build();
    private final Conversation conversation = conversations.start(Stand.DIRECT, new ConversationListener() {});

    private final class SlowWriter implements InputWriter {
        @Override
        public CompletionStage<Void> write(ClientEvent event) {
            if (event instanceof ClientEvent.ConversationItemCreate) {
                texts.add(event);
            }
            CompletableFuture<Void> taken = new CompletableFuture<>();
            onItsWay.add(taken);
            return taken;
        }

        @Override
        public int windowBytes() {
            return 64 << 10;
        }

        @Override
        public Executor executor() {
            return loop;
        }
    }

    @Setup
    public void connect() {
        network.connect(new SlowWriter());
        socket.execute(this::takeSlowly);
        microphone.execute(this::speak);
    }

    private void takeSlowly() {
        long next = System.nanoTime();
        try {
            while (!Thread.currentThread().isInterrupted()) {
                CompletableFuture<Void> taken = onItsWay.take();
                next = Math.max(next + SOCKET_NANOS, System.nanoTime());
                LockSupport.parkNanos(next - System.nanoTime());
                taken.complete(null);
            }
        } catch (InterruptedException e) {
            // The trial is over.
            Thread.currentThread().interrupt();
        }
    }

    private void speak() {
        AudioData frame = AudioData.of(new byte[960]);
        while (!Thread.currentThread().isInterrupted()) {
            for (int i = 0; i < OFFERED_PER_EVENT; i++) {
                conversation.offerAudio(frame);
            }
            LockSupport.parkNanos(SOCKET_NANOS);
        }
    }

    @TearDown
    public void close() {
        conversations.close();
        loop.shutdownNow();
        socket.shutdownNow();
        microphone.shutdownNow();
    }

    /** Texts are rare; the pause is not measured. */
    @Setup(Level.Invocation)
    public void pause() {
        LockSupport.parkNanos(5_000_000);
    }

    @Benchmark
    public ClientEvent sendText() throws InterruptedException {
        conversation.sendText("Hello");
        ClientEvent written = texts.poll(10, TimeUnit.SECONDS);
        if (written == null) {
            throw new IllegalStateException("the text was not written within ten seconds");
        }
        return written;
    }
}
