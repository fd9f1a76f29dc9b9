package dev.antiphon.core;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import dev.antiphon.core.port.InputWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the engine spends on one frame of audio, from {@code offerAudio} to the confirmed write, all on
 * one thread. With {@code -prof gc}: the frame itself is 24 bytes, its event record.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class AudioHandOverBenchmark {
    private static final int BURST = 32;

    private final AudioData audio = AudioData.of(new byte[960]);
    private final Loop loop = new Loop();
    private final FakeTransport network = new FakeTransport();
    private final RealtimeConversations conversations = Stand.builder(network).build();
    private final Conversation conversation = conversations.start(Stand.DIRECT, new ConversationListener() {});

    /** Runs its one task when told, as an event loop does between two selects. */
    private static final class Loop implements Executor {
        private @Nullable Runnable task;

        @Override
        public void execute(Runnable next) {
            task = next;
        }

        void runOnce() {
            Runnable next = task;
            task = null;
            if (next != null) {
                next.run();
            }
        }
    }

    /** Gathers a burst and takes it with its flush. */
    private final class BurstWriter implements InputWriter {
        private CompletableFuture<Void> taken = new CompletableFuture<>();

        @Override
        public CompletionStage<Void> write(ClientEvent event) {
            return taken;
        }

        @Override
        public void flush() {
            CompletableFuture<Void> flushed = taken;
            taken = new CompletableFuture<>();
            flushed.complete(null);
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

    /** Takes each event at once, where it was offered. */
    private static final class PlainWriter implements InputWriter {
        private static final CompletableFuture<Void> TAKEN = CompletableFuture.completedFuture(null);

        @Override
        public CompletionStage<Void> write(ClientEvent event) {
            return TAKEN;
        }
    }

    /** A writer that gathers. */
    @State(Scope.Thread)
    public static class Gathering {
        @Setup(Level.Trial)
        public void connect(AudioHandOverBenchmark benchmark) {
            benchmark.network.connect(benchmark.new BurstWriter());
            benchmark.loop.runOnce();
        }
    }

    /** A writer that takes everything at once. */
    @State(Scope.Thread)
    public static class Plain {
        @Setup(Level.Trial)
        public void connect(AudioHandOverBenchmark benchmark) {
            benchmark.network.connect(new PlainWriter());
        }
    }

    @TearDown
    public void close() {
        conversations.close();
    }

    @Benchmark
    @OperationsPerInvocation(BURST)
    public AudioOffer inBursts(Gathering writer) {
        AudioOffer offer = AudioOffer.CLOSED;
        for (int i = 0; i < BURST; i++) {
            offer = conversation.offerAudio(audio);
        }
        loop.runOnce();
        return offer;
    }

    @Benchmark
    public AudioOffer oneByOne(Plain writer) {
        return conversation.offerAudio(audio);
    }
}
