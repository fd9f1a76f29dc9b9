package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.model.ServerEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the accessors of a server event say, member by member. An event keeps its JSON beside its typed values, so
 * that what it writes again proves nothing about them.
 */
class ServerEventContentTest {
    /** Members without a component of their own: what kind of value it is, and what only raw JSON has. */
    private static final Set<String> WITHOUT_COMPONENT =
            Set.of("type", "object", "obfuscation", "format", "max_output_tokens");

    /** Members of a configuration that {@link ServerEventTypesTest} compares as they are written back. */
    private static final List<String> WRITTEN_BACK = List.of(
            "/session/tools", "/session/tool_choice", "/session/tracing", "/session/truncation", "/session/prompt");

    private final EventCodec codec = Dialects.realtime().codec();

    /** Each event as it is, and with no number twice: many published ones have the same in every place. */
    static Stream<JsonNode> events() {
        return Vectors.lines("server-events.jsonl").stream()
                .map(line -> line.get("json"))
                .flatMap(json -> Stream.of(json, withDistinctNumbers(json, new AtomicInteger(100))));
    }

    @ParameterizedTest
    @MethodSource("events")
    void each_component_says_what_its_member_says_and_no_member_is_left_out(JsonNode json) {
        byte[] frame = json.toString().getBytes(StandardCharsets.UTF_8);

        ServerEvent event = codec.decode(frame, 0, frame.length);

        Set<String> compared = TypedContent.compare((Record) event, json);
        Set<String> left = new TreeSet<>();
        leaves(json, "", left);
        left.removeIf(leaf -> compared.stream().anyMatch(done -> leaf.equals(done) || leaf.startsWith(done + "/"))
                || WITHOUT_COMPONENT.contains(leaf.substring(leaf.lastIndexOf('/') + 1))
                || WRITTEN_BACK.stream().anyMatch(leaf::startsWith));
        assertThat(left).isEmpty();
    }

    private static JsonNode withDistinctNumbers(JsonNode json, AtomicInteger next) {
        if (json.isIntegralNumber()) {
            return IntNode.valueOf(next.getAndIncrement());
        }
        if (json.isArray()) {
            ArrayNode copy = Vectors.JSON.createArrayNode();
            json.forEach(element -> copy.add(withDistinctNumbers(element, next)));
            return copy;
        }
        if (!json.isObject()) {
            return json;
        }
        ObjectNode copy = Vectors.JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            // A session keeps its numbers: some have a range, and no two that could be mixed up are equal.
            boolean kept = member.getKey().equals("session");
            copy.set(member.getKey(), kept ? member.getValue() : withDistinctNumbers(member.getValue(), next));
        }
        return copy;
    }

    private static void leaves(JsonNode json, String at, Set<String> found) {
        if (json.isObject()) {
            json.properties().forEach(member -> leaves(member.getValue(), at + "/" + member.getKey(), found));
        } else if (json.isArray()) {
            for (int i = 0; i < json.size(); i++) {
                leaves(json.get(i), at + "/" + i, found);
            }
        } else if (!json.isNull()) {
            found.add(at);
        }
    }
}
