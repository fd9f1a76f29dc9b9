package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.Unrecognized;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ServerVectorsTest {
    private final EventCodec codec = Dialects.realtime().codec();

    static Stream<JsonNode> server() {
        return Vectors.lines("server-events.jsonl").stream();
    }

    static Stream<JsonNode> hostile() {
        return Vectors.lines("hostile.jsonl").stream()
                .filter(line -> line.get("direction").stringValue().equals("server"));
    }

    @ParameterizedTest
    @MethodSource("server")
    void every_event_decodes_and_keeps_its_json(JsonNode line) {
        byte[] frame = line.get("json").toString().getBytes(StandardCharsets.UTF_8);

        ServerEvent event = codec.decode(frame, 0, frame.length);

        assertThat(event).isNotInstanceOf(DecodeError.class);
        assertThat(event.type()).isEqualTo(line.get("event_type").stringValue());
        assertThat(Vectors.JSON.readTree(event.raw().text())).isEqualTo(line.get("json"));
    }

    @ParameterizedTest
    @DisplayName("B03 to B07 hostile events end as expected")
    @MethodSource("hostile")
    void hostile_frames_end_as_expected(JsonNode line) {
        byte[] frame = Vectors.frame(line);

        ServerEvent event = codec.decode(frame, 0, frame.length);

        String outcome = event instanceof DecodeError
                ? "decode-error"
                : event instanceof Unrecognized ? "unknown-kept" : "accepted";
        assertThat(line.get("expect").stringValue() + line.path("also_ok")).contains(outcome);
    }
}
