package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Rules of reading, tried on variants of every vector: a change at one place never costs the event its
 * type, nor any other member its value.
 */
class MutatedVectorsTest {
    private static final long SEED = 20_261_121;

    /** A text no enum knows, numbers no int and no double holds, and a value of each other kind. */
    private static final List<JsonNode> REPLACEMENTS = Stream.of(
                    "\"zz_unknown\"",
                    "\"\"",
                    "9007199254740993",
                    "-1",
                    "0.1000000000000000055511151231257827",
                    "1e400",
                    "true",
                    "null",
                    "[]",
                    "[{}]",
                    "{}",
                    "{\"type\":\"zz_unknown\"}")
            .map(Vectors.JSON::readTree)
            .toList();

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class FromTheServer {
        private final Inspector inspector = Inspector.ofServerEvents(Dialects.realtime());

        Stream<JsonNode> vectors() {
            return Vectors.lines("server-events.jsonl").stream();
        }

        @ParameterizedTest
        @MethodSource("vectors")
        void spelling_does_not_matter(JsonNode line) {
            accepted(line, Mutations.spelledOtherwise(line.get("json"), new Random(SEED)));
        }

        @ParameterizedTest
        @MethodSource("vectors")
        void unknown_members_are_kept_wherever_they_are(JsonNode line) {
            Mutations.withUnknownMembers(line.get("json"))
                    .forEach(variant -> accepted(line, variant.json().toString()));
        }

        @ParameterizedTest
        @MethodSource("vectors")
        void nothing_below_the_members_of_an_event_is_essential(JsonNode line) {
            Mutations.withoutEachMember(line.get("json")).stream()
                    .filter(Mutations.Variant::isNested)
                    .forEach(variant -> accepted(line, variant.json().toString()));
        }

        @ParameterizedTest
        @MethodSource("vectors")
        void whatever_stands_below_the_members_of_an_event_is_kept(JsonNode line) {
            for (JsonNode replacement : REPLACEMENTS) {
                Mutations.withEachMember(line.get("json"), replacement).stream()
                        .filter(Mutations.Variant::isNested)
                        .forEach(variant -> accepted(line, variant.json().toString()));
            }
        }

        /** Protocol reference §12: what an event is about must be there; ids, indexes and times need not. */
        @ParameterizedTest
        @MethodSource("vectors")
        void only_what_an_event_is_about_must_be_there(JsonNode line) {
            String type = line.get("event_type").stringValue();
            Mutations.withoutEachMember(line.get("json")).stream()
                    .filter(variant -> !variant.isNested() && !isEssential(type, variant.name()))
                    .forEach(variant -> accepted(line, variant.json().toString()));
            Mutations.withEachMember(line.get("json"), Json.nullNode()).stream()
                    .filter(variant -> !variant.isNested() && !isEssential(type, variant.name()))
                    .forEach(variant -> accepted(line, variant.json().toString()));
            Mutations.withoutEachMember(line.get("json")).stream()
                    .filter(variant -> !variant.isNested() && isEssential(type, variant.name()))
                    .forEach(variant -> assertThat(inspector
                                    .inspect(bytes(variant.json().toString()))
                                    .outcome())
                            .as("%s without %s", type, variant.name())
                            .isEqualTo(Inspection.Outcome.DECODE_ERROR));
        }

        private void accepted(JsonNode line, String json) {
            Inspection seen = inspector.inspect(bytes(json));

            assertThat(seen.outcome()).as(json).isEqualTo(Inspection.Outcome.ACCEPTED);
            assertThat(seen.type()).isEqualTo(line.get("event_type").stringValue());
            Vectors.assertEqual(Vectors.JSON.readTree(seen.json().orElseThrow()), Vectors.JSON.readTree(json));
        }

        private static boolean isEssential(String type, String member) {
            return switch (member) {
                case "delta" -> !type.equals("conversation.item.input_audio_transcription.delta");
                case "text", "transcript", "arguments", "item", "part", "response", "session", "rate_limits" -> true;
                case "item_id" -> type.equals("conversation.item.deleted");
                case "event" -> type.equals("input_audio_buffer.dtmf_event_received");
                default -> false;
            };
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class FromTheClient {
        /** Members that the API requires somewhere: an event without one is wrong. */
        private static final Set<String> REQUIRED = Set.of(
                "item_id",
                "content_index",
                "audio_end_ms",
                "audio",
                "item",
                "session",
                "role",
                "content",
                "name",
                "arguments",
                "call_id",
                "output",
                "server_label",
                "approval_request_id",
                "approve",
                "tools");

        private final Inspector inspector = Inspector.ofClientEvents();

        Stream<JsonNode> vectors() {
            return Vectors.lines("client-events.jsonl").stream();
        }

        @ParameterizedTest
        @MethodSource("vectors")
        void spelling_does_not_matter(JsonNode line) {
            accepted(line, Mutations.spelledOtherwise(line.get("json"), new Random(SEED)));
        }

        @ParameterizedTest
        @MethodSource("vectors")
        void unknown_members_are_kept_wherever_they_are(JsonNode line) {
            Mutations.withUnknownMembers(line.get("json"))
                    .forEach(variant -> accepted(line, variant.json().toString()));
        }

        @ParameterizedTest
        @MethodSource("vectors")
        void optional_members_may_be_left_out(JsonNode line) {
            Mutations.withoutEachMember(line.get("json")).stream()
                    .filter(variant -> !REQUIRED.contains(variant.name()))
                    .forEach(variant -> accepted(line, variant.json().toString()));
        }

        /** A value that breaks a rule may make the event wrong, but it is never written as another one. */
        @ParameterizedTest
        @MethodSource("vectors")
        void what_is_accepted_is_written_equal(JsonNode line) {
            for (JsonNode replacement : REPLACEMENTS) {
                for (Mutations.Variant variant : Mutations.withEachMember(line.get("json"), replacement)) {
                    Inspection seen = inspector.inspect(bytes(variant.json().toString()));
                    if (seen.outcome() != Inspection.Outcome.DECODE_ERROR) {
                        Vectors.assertEqual(Vectors.JSON.readTree(seen.json().orElseThrow()), variant.json());
                    }
                }
            }
        }

        private void accepted(JsonNode line, String json) {
            Inspection seen = inspector.inspect(bytes(json));

            assertThat(seen.outcome()).as(() -> seen.reason() + ": " + json).isEqualTo(Inspection.Outcome.ACCEPTED);
            assertThat(seen.type()).isEqualTo(line.get("event_type").stringValue());
            Vectors.assertEqual(Vectors.JSON.readTree(seen.json().orElseThrow()), Vectors.JSON.readTree(json));
        }
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}
