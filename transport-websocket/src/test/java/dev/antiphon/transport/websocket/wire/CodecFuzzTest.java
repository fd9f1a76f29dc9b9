package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.ServerEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever arrives, the codec keeps its promises. The vectors are the seeds, and so is what once broke the
 * codec, in {@code CodecFuzzTestInputs}: an ordinary build tries them, {@code .ci/fuzz.sh} goes on from there.
 */
class CodecFuzzTest {
    private static final List<Dialect> DIALECTS = List.of(Dialects.realtime(), Dialects.codexV1());
    private static final int LONGEST_SEED = 4_096;

    static Stream<byte[]> vectors() {
        Stream<byte[]> events = Stream.of("server-events.jsonl", "client-events.jsonl", "extra-events.jsonl")
                .flatMap(file -> Vectors.lines(file).stream())
                .map(line -> line.get("json").toString().getBytes(StandardCharsets.UTF_8));
        Stream<byte[]> hostile = Vectors.lines("hostile.jsonl").stream().map(Vectors::frame);
        return Stream.concat(events, hostile).filter(frame -> frame.length <= LONGEST_SEED);
    }

    /** Jazzer passes over a directory that is not named after its class. */
    @Test
    void past_findings_are_where_they_are_replayed_from() {
        assertThat(CodecFuzzTest.class.getResource(
                        CodecFuzzTest.class.getSimpleName() + "Inputs/exponent-as-found.json"))
                .isNotNull();
    }

    @MethodSource("vectors")
    @FuzzTest(maxDuration = "35s")
    void every_message_becomes_one_event(byte[] message) {
        byte[] before = message.clone();
        for (Dialect dialect : DIALECTS) {
            JsonCodec codec = (JsonCodec) dialect.codec();

            ServerEvent event = codec.decode(message, 0, message.length);
            ServerEvent byTree = codec.decodeTree(message, 0, message.length);

            assertThat(event.toString()).isEqualTo(byTree.toString());
            assertThat(event.getClass()).isEqualTo(byTree.getClass());
            assertThat(event.type()).isEqualTo(byTree.type());
            assertThat(event.eventId()).isEqualTo(byTree.eventId());
            if (event instanceof DecodeError error) {
                assertThat(error.reason()).isNotBlank().hasSizeLessThan(120).isEqualTo(((DecodeError) byTree).reason());
                assertThat(error.frameBytes()).isEqualTo(message.length);
            } else {
                Vectors.assertEqual(
                        Vectors.JSON.readTree(event.raw().text()),
                        Vectors.JSON.readTree(new String(message, StandardCharsets.UTF_8)));
            }
        }
        assertThat(Arrays.equals(message, before)).isTrue();
    }

    @MethodSource("vectors")
    @FuzzTest(maxDuration = "35s")
    void what_is_accepted_is_written_equal(byte[] message) {
        for (Inspector inspector : List.of(Inspector.ofServerEvents(Dialects.realtime()), Inspector.ofClientEvents())) {
            Inspection seen = inspector.inspect(message);

            if (seen.outcome() != Inspection.Outcome.DECODE_ERROR) {
                String json = seen.json().orElseThrow();
                assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(json)).isTrue();
                Vectors.assertEqual(
                        Vectors.JSON.readTree(json),
                        Vectors.JSON.readTree(new String(message, StandardCharsets.UTF_8)));
                assertThat(inspector
                                .inspect(json.getBytes(StandardCharsets.UTF_8))
                                .outcome())
                        .isEqualTo(seen.outcome());
            }
        }
    }
}
