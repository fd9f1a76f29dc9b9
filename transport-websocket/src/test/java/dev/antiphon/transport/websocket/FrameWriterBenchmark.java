package dev.antiphon.transport.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What header, mask and copy of one frame cost: 20 ms of audio as an append event. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class FrameWriterBenchmark {
    private final byte[] payload = new byte[1_329];
    private final ByteBuf out = Unpooled.directBuffer(2_048);
    private int key = 1;

    @Benchmark
    public ByteBuf appendOfTwentyMilliseconds() {
        key += 0x9e3779b9;
        FrameWriter.write(FrameWriter.TEXT, payload, 0, payload.length, key, out.clear());
        return out;
    }
}
