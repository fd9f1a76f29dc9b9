package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.antiphon.core.model.ClientEvent;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class ClientVectorsTest {
    private final EventCodec codec = Dialects.realtime().codec();

    static Stream<JsonNode> client() {
        return Vectors.lines("client-events.jsonl").stream();
    }

    static Stream<JsonNode> hostile() {
        return Vectors.lines("hostile.jsonl").stream()
                .filter(line -> line.get("direction").stringValue().equals("client"));
    }

    @ParameterizedTest
    @MethodSource("client")
    void every_event_reads_as_its_type_and_is_written_equal(JsonNode line) throws MalformedEventException {
        ClientEventReader.Reading reading = read(line.get("json").toString());

        assertThat(reading.event().type()).isEqualTo(line.get("event_type").stringValue());
        assertThat(reading.extra().isEmpty()).isTrue();
        Vectors.assertEqual(Vectors.JSON.readTree(encoded(reading.event())), line.get("json"));
    }

    /** The typed model is complete: what is left over are explicit nulls, the constant object name, the model. */
    @ParameterizedTest
    @MethodSource("client")
    void schema_valid_events_need_no_extra_members(JsonNode line) throws MalformedEventException {
        if (line.get("schema").stringValue().equals("invalid")) {
            return;
        }

        ClientEvent event = read(line.get("json").toString()).event();

        assertThat(ExtraMembersIn.of(event))
                .allSatisfy((pointer, raw) -> assertThat(raw.text())
                        .as(pointer)
                        .satisfiesAnyOf(
                                text -> assertThat(text).isIn("null", "{}", "\"realtime.item\""),
                                text -> assertThat(pointer).isEqualTo("/session/model")));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void hostile_events_are_refused(JsonNode line) throws MalformedEventException {
        String text = new String(Vectors.frame(line), StandardCharsets.UTF_8);

        if (line.get("expect").stringValue().equals("unknown-kept")) {
            assertThat(read(text).event()).isInstanceOf(ClientEvent.Raw.class);
        } else {
            assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedEventException.class);
        }
    }

    private static ClientEventReader.Reading read(String text) throws MalformedEventException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ClientEventReader.read(Json.objectIn(utf8, 0, utf8.length));
    }

    private String encoded(ClientEvent event) {
        ByteBuf out = Unpooled.buffer();
        codec.encode(event, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
