package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.AudioFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class InspectorTest {
    private final Inspector server = Inspector.ofServerEvents(Dialects.realtime());
    private final Inspector client = Inspector.ofClientEvents();

    static Stream<JsonNode> known() {
        return Stream.of("client-events.jsonl", "server-events.jsonl").flatMap(file -> Vectors.lines(file).stream());
    }

    static Stream<JsonNode> extra() {
        return Vectors.lines("extra-events.jsonl").stream();
    }

    static Stream<JsonNode> hostile() {
        return Vectors.lines("hostile.jsonl").stream();
    }

    @ParameterizedTest
    @MethodSource("known")
    void every_event_of_the_api_is_accepted_and_written_equal(JsonNode line) {
        Inspection seen = inspect(line, line.get("json").toString());

        assertThat(seen.outcome()).isEqualTo(Inspection.Outcome.ACCEPTED);
        assertThat(seen.type()).isEqualTo(line.get("event_type").stringValue());
        Vectors.assertEqual(Vectors.JSON.readTree(seen.json().orElseThrow()), line.get("json"));
        Vectors.assertEqual(Vectors.JSON.readTree(seen.prettyJson().orElseThrow()), line.get("json"));
    }

    @ParameterizedTest
    @MethodSource("extra")
    void events_of_other_dialects_are_never_an_error(JsonNode line) {
        Inspection seen = inspect(line, line.get("json").toString());

        assertThat(seen.outcome()).isNotEqualTo(Inspection.Outcome.DECODE_ERROR);
        Vectors.assertEqual(Vectors.JSON.readTree(seen.json().orElseThrow()), line.get("json"));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    @Timeout(10)
    void hostile_frames_end_as_expected(JsonNode line) {
        byte[] frame = Vectors.frame(line);

        Inspection seen = inspectorFor(line).inspect(frame);

        List<String> allowed = new ArrayList<>(List.of(line.get("expect").stringValue()));
        line.path("also_ok").forEach(also -> allowed.add(also.stringValue()));
        assertThat(seen.outcome()).hasToString(oneOf(allowed, seen.outcome().toString()));
        if (seen.outcome() != Inspection.Outcome.DECODE_ERROR) {
            String json = seen.json().orElseThrow();
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(json)).isTrue();
            Vectors.assertEqual(
                    Vectors.JSON.readTree(json), Vectors.JSON.readTree(new String(frame, StandardCharsets.UTF_8)));
        } else {
            assertThat(seen.reason()).hasSizeLessThan(120).isNotBlank();
        }
    }

    @Test
    void audio_and_its_format_are_shown_in_both_directions() {
        Inspection delta = inspect(server, "{'type':'response.output_audio.delta','delta':'AAECAw'}");
        Inspection append = inspect(client, "{'type':'input_audio_buffer.append','audio':'AAE='}");
        Inspection updated = inspect(
                server, "{'type':'session.updated','session':{'audio':{'output':{'format':{'type':'audio/pcmu'}}}}}");
        Inspection update = inspect(
                client, "{'type':'session.update','session':{'audio':{'input':{'format':{'type':'audio/pcma'}}}}}");

        assertThat(delta.audio().orElseThrow().bytes()).containsExactly(0, 1, 2, 3);
        assertThat(append.audio().orElseThrow().bytes()).containsExactly(0, 1);
        assertThat(updated.outputFormat()).contains(AudioFormat.PCMU);
        assertThat(updated.inputFormat()).isEmpty();
        assertThat(update.inputFormat()).contains(AudioFormat.PCMA);
        assertThat(update.outputFormat()).isEmpty();
    }

    @Test
    void lines_end_with_a_line_feed_and_nothing_else() throws IOException {
        byte[] recording = "a\u2028b\r\n\n\u0085c".getBytes(StandardCharsets.UTF_8);
        EventLines lines = new EventLines(new ByteArrayInputStream(recording));

        assertThat(lines.next().map(InspectorTest::text)).contains("a\u2028b\r");
        assertThat(lines.next().map(InspectorTest::text)).contains("");
        assertThat(lines.next().map(InspectorTest::text)).contains("\u0085c");
        assertThat(lines.next()).isEmpty();
    }

    @Test
    void a_line_feed_at_the_end_begins_no_line() throws IOException {
        EventLines lines = new EventLines(new ByteArrayInputStream("a\n".getBytes(StandardCharsets.UTF_8)));

        assertThat(lines.next()).isPresent();
        assertThat(lines.next()).isEqualTo(Optional.empty());
    }

    @Test
    void pretty_json_is_laid_out() {
        Inspection seen = inspect(server, "{'type':'x','a':[1,{}],'b':[]}");

        assertThat(seen.prettyJson().orElseThrow()).isEqualTo("""
                        {
                          "type": "x",
                          "a": [
                            1,
                            {}
                          ],
                          "b": []
                        }""");
    }

    private static String oneOf(List<String> allowed, String actual) {
        return allowed.contains(actual) ? actual : "one of " + allowed;
    }

    private Inspection inspect(JsonNode line, String json) {
        return inspectorFor(line).inspect(json.getBytes(StandardCharsets.UTF_8));
    }

    private Inspector inspectorFor(JsonNode line) {
        return line.get("direction").stringValue().equals("client") ? client : server;
    }

    private static Inspection inspect(Inspector inspector, String json) {
        return inspector.inspect(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
