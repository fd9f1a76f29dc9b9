package dev.antiphon.transport.websocket.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.RealtimeConversations;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.StartRequest;
import dev.antiphon.core.model.Unrecognized;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.JournalEntry;
import dev.antiphon.testkit.simulator.JsonView;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.transport.websocket.Credentials;
import dev.antiphon.transport.websocket.NettyResources;
import dev.antiphon.transport.websocket.RealtimeEndpoint;
import dev.antiphon.transport.websocket.WebSocketTransport;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Two readers of one protocol, written without each other: the simulator's JSON and this codec. What one
 * writes, the other reads as the same value.
 */
class SimulatorAgreementIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    static Stream<JsonNode> events() {
        return Stream.of("client-events.jsonl", "server-events.jsonl", "extra-events.jsonl")
                .flatMap(file -> Vectors.lines(file).stream());
    }

    static Stream<JsonNode> hostile() {
        return Vectors.lines("hostile.jsonl").stream().filter(line -> line.has("raw"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void what_the_codec_writes_the_simulator_reads_as_the_vector(JsonNode line) {
        String json = line.get("json").toString();

        Inspection seen = inspectorFor(line).inspect(json.getBytes(StandardCharsets.UTF_8));

        assertThat(value(JsonView.parse(seen.json().orElseThrow()))).isEqualTo(value(JsonView.parse(json)));
    }

    /** Names with dots, empty ones and ones that JSON has to escape, beside what the protocol knows. */
    @ParameterizedTest
    @MethodSource("events")
    void members_that_nobody_knows_are_the_same_for_both(JsonNode line) {
        String known = line.get("json").toString();
        String json = known.substring(0, known.length() - 1)
                + ",\"a.b\":{\"\":[{\"c.d\":1.50,\"c\":{\"d\":2}}]},\"a\":{\"b\":null},\"x\\\"\\u0000 \":\"\\ud834\\udd1e\"}";

        Inspection seen = inspectorFor(line).inspect(json.getBytes(StandardCharsets.UTF_8));

        JsonView view = JsonView.parse(seen.json().orElseThrow());
        assertThat(value(view)).isEqualTo(value(JsonView.parse(json)));
        assertThat(view.names()).contains("a.b", "a");
    }

    /** What is no JSON for one is none for the other; limits are each one's own. */
    @ParameterizedTest
    @MethodSource("hostile")
    void both_agree_on_what_is_json(JsonNode line) {
        byte[] frame = Vectors.frame(line);
        String text = new String(frame, StandardCharsets.UTF_8);

        Inspection seen = inspectorFor(line).inspect(frame);

        if (isJsonForTheSimulator(text)) {
            assertThat(seen.reason()).doesNotStartWith("not JSON").isNotEqualTo("empty");
        } else {
            assertThat(seen.outcome()).isEqualTo(Inspection.Outcome.DECODE_ERROR);
        }
    }

    @Test
    @Timeout(60)
    void everything_the_simulator_says_in_a_turn_has_a_type_and_says_the_same() {
        try (RealtimeSimulator server = RealtimeSimulator.builder().unpaced().start();
                NettyResources resources = NettyResources.create(1);
                RealtimeConversations conversations = conversations(server, resources)) {
            Conversation conversation = conversations.start(
                    StartRequest.direct(SessionConfig.model("gpt-realtime").build()), new ConversationListener() {});
            conversation.sendText("Good morning");
            conversation.requestResponse();
            server.journal().await(entry -> entry.type().equals("response.done"), SOON);
            Connection connection = server.connections().get(0);

            List<JournalEntry> said = server.journal().sent(connection);

            assertThat(said).extracting(JournalEntry::type).contains("session.created", "response.output_audio.delta");
            assertThat(said).allSatisfy(entry -> {
                byte[] message = entry.text().getBytes(StandardCharsets.UTF_8);
                ServerEvent event = Dialects.realtime().codec().decode(message, 0, message.length);
                assertThat(event).isNotInstanceOfAny(DecodeError.class, Unrecognized.class);
                assertThat(value(JsonView.parse(event.raw().text()))).isEqualTo(value(entry.json()));
            });
        }
    }

    private static RealtimeConversations conversations(RealtimeSimulator server, NettyResources resources) {
        RealtimeEndpoint endpoint = RealtimeEndpoint.builder(server.baseUrl().toString())
                .credentials(Credentials.apiKey("test-key"))
                .build();
        return RealtimeConversations.builder()
                .direct(WebSocketTransport.builder(endpoint)
                        .resources(resources)
                        .build())
                .build();
    }

    private static boolean isJsonForTheSimulator(String text) {
        try {
            JsonView.parse(text);
            return true;
        } catch (IllegalArgumentException refused) {
            return false;
        }
    }

    private static Inspector inspectorFor(JsonNode line) {
        return line.get("direction").stringValue().equals("client")
                ? Inspector.ofClientEvents()
                : Inspector.ofServerEvents(Dialects.realtime());
    }

    /** A value by the simulator's view of it alone; spelling of numbers and order of members do not matter. */
    private static Object value(JsonView view) {
        String json = view.json();
        if (json.startsWith("{")) {
            Map<String, Object> members = new TreeMap<>();
            for (String name : view.names()) {
                members.put(name, value(view.member(name)));
            }
            return members;
        }
        if (json.startsWith("[")) {
            List<Object> elements = new ArrayList<>();
            view.elements().forEach(element -> elements.add(value(element)));
            return elements;
        }
        boolean number = json.startsWith("-") || Character.isDigit(json.charAt(0));
        return number ? new BigDecimal(json).stripTrailingZeros() : json;
    }
}
