package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.SessionEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The typed side of server events: which record an event becomes, and that it says what the JSON says. */
class ServerEventTypesTest {
    private static final List<String> FLAT_SESSION_OF_THE_BETA = List.of(
            "modalities",
            "voice",
            "input_audio_format",
            "output_audio_format",
            "input_audio_transcription",
            "turn_detection",
            "max_response_output_tokens");

    private final EventCodec codec = Dialects.realtime().codec();

    static Stream<JsonNode> vectors() {
        return Vectors.lines("server-events.jsonl").stream();
    }

    @Test
    void each_of_the_46_events_is_a_record_of_its_own() {
        Map<String, TreeSet<String>> recordsByType = new TreeMap<>();
        vectors()
                .forEach(line -> recordsByType
                        .computeIfAbsent(line.get("event_type").stringValue(), type -> new TreeSet<>())
                        .add(decode(line).getClass().getName()));

        assertThat(recordsByType).hasSize(46);
        assertThat(recordsByType.values())
                .allSatisfy(records -> assertThat(records).hasSize(1));
        assertThat(recordsByType.values().stream().distinct()).hasSize(46);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void the_typed_item_of_an_event_is_the_item_of_its_json(JsonNode line) {
        ServerEvent event = decode(line);
        JsonNode json = line.get("json");

        if (event instanceof ConversationEvent.ItemAdded added) {
            assertItem(added.item(), json.get("item"));
        } else if (event instanceof ConversationEvent.ItemDone done) {
            assertItem(done.item(), json.get("item"));
        } else if (event instanceof ConversationEvent.ItemCreated created) {
            assertItem(created.item(), json.get("item"));
        } else if (event instanceof ConversationEvent.ItemRetrieved retrieved) {
            assertItem(retrieved.item(), json.get("item"));
        } else if (event instanceof ResponseEvent.OutputItemAdded added) {
            assertItem(added.item(), json.get("item"));
        } else if (event instanceof ResponseEvent.OutputItemDone done) {
            assertItem(done.item(), json.get("item"));
        } else if (event instanceof ResponseEvent.Done done) {
            List<Item> output = done.response().output();
            for (int i = 0; i < output.size(); i++) {
                assertItem(output.get(i), json.at("/response/output/" + i));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void the_typed_configuration_of_a_session_is_the_one_in_its_json(JsonNode line) {
        ServerEvent event = decode(line);
        if (!(event instanceof SessionEvent)) {
            return;
        }
        SessionConfig config = event instanceof SessionEvent.Created created
                ? created.session().config()
                : ((SessionEvent.Updated) event).session().config();
        ObjectNode expected = line.get("json").get("session").deepCopy().asObject();
        if (FLAT_SESSION_OF_THE_BETA.stream().anyMatch(expected::has)) {
            return;
        }

        ObjectNode written = SessionJson.write(config, true);

        // What only a server says about a session has a place beside the configuration.
        expected.remove(List.of("id", "object", "expires_at"));
        Vectors.assertEqual(written, expected);
    }

    private static void assertItem(Item item, JsonNode expected) {
        Vectors.assertEqual(ItemJson.write(item), expected);
    }

    private ServerEvent decode(JsonNode line) {
        byte[] frame = line.get("json").toString().getBytes(StandardCharsets.UTF_8);
        return codec.decode(frame, 0, frame.length);
    }
}
