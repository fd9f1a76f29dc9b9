package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ClientEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Base64;
import java.util.Random;
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

/** 20 ms of PCM16 at 24 kHz into the buffer that is sent, beside the bare base64 of the same bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class AudioAppendBenchmark {
    private final byte[] pcm = new byte[960];
    private final byte[] base64 = new byte[1280];
    private final ByteBuf out = Unpooled.buffer(4096);
    private final EventCodec codec = Dialects.realtime().codec();

    public AudioAppendBenchmark() {
        new Random(1).nextBytes(pcm);
    }

    /** The bare base64 of the JDK, in an array of its own: it can write to no other place. */
    @Benchmark
    public int jdkBase64() {
        return Base64.getEncoder().encode(pcm, base64);
    }

    /** The same, and then where it belongs: in the buffer that is sent. */
    @Benchmark
    public ByteBuf jdkBase64IntoBuffer() {
        int length = Base64.getEncoder().encode(pcm, base64);
        return out.clear().writeBytes(base64, 0, length);
    }

    /** As an application does it: an array of its own for each frame becomes an event, and that is encoded. */
    @Benchmark
    public ByteBuf append() {
        codec.encode(new ClientEvent.InputAudioBufferAppend("", AudioData.of(pcm.clone())), out.clear());
        return out;
    }

    /** What the codec adds, without the copy of the audio. */
    @Benchmark
    public ByteBuf encode() {
        codec.encode(new ClientEvent.InputAudioBufferAppend("", AudioData.of(pcm)), out.clear());
        return out;
    }
}
