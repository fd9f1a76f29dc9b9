package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ServerEvent;
import java.nio.charset.StandardCharsets;
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

/** Deltas of audio and text, beside the bare base64 of the same audio. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class DeltaBenchmark {
    private static final String IDS =
            "\"event_id\":\"event_CnkQ7sZb2mVx9TfY\",\"response_id\":\"resp_CnkQ7Zr1dJ4uWcLe\","
                    + "\"item_id\":\"item_CnkQ7aBvN8hRkSgX\",\"output_index\":0,\"content_index\":0,";

    private final byte[] base64;
    private final byte[] audioDelta;
    private final byte[] textDelta;
    private final byte[] escapedTextDelta;
    private final EventCodec codec = Dialects.realtime().codec();

    public DeltaBenchmark() {
        byte[] pcm = new byte[9_000];
        new Random(1).nextBytes(pcm);
        base64 = Base64.getEncoder().encode(pcm);
        String audio = new String(base64, StandardCharsets.US_ASCII);
        audioDelta = event("response.output_audio.delta", audio);
        textDelta = event("response.output_text.delta", " good morning");
        escapedTextDelta = event("response.output_text.delta", " good\\nmorning");
    }

    private static byte[] event(String type, String delta) {
        String json = "{\"type\":\"" + type + "\"," + IDS + "\"delta\":\"" + delta + "\"}";
        return json.getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    public byte[] jdkBase64() {
        return Base64.getDecoder().decode(base64);
    }

    @Benchmark
    public ServerEvent audio() {
        return codec.decode(audioDelta, 0, audioDelta.length);
    }

    @Benchmark
    public ServerEvent text() {
        return codec.decode(textDelta, 0, textDelta.length);
    }

    /** Part of the text has to be put together from pieces. */
    @Benchmark
    public ServerEvent escapedText() {
        return codec.decode(escapedTextDelta, 0, escapedTextDelta.length);
    }
}
