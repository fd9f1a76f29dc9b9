package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestCalls.createCall;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The published server events through the simulator's writer, and the writer's own events beside them. */
class ServerVectorsIT {
    private final RealtimeSimulator simulator =
            RealtimeSimulator.builder().unpaced().start();

    @AfterEach
    void close() {
        simulator.close();
    }

    private static List<JsonView> vectors() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ServerVectorsIT.class.getResourceAsStream("/vectors/server-events.jsonl"))) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(all.split("\n", -1))
                    .filter(line -> !line.isBlank())
                    .map(JsonView::parse)
                    .toList();
        }
    }

    @Test
    void every_server_event_arrives_as_it_was_written() throws IOException {
        try (TestSocket client = TestSocket.model(simulator)) {
            client.next("session.created");
            Connection connection = simulator.connections().get(0);
            for (JsonView vector : vectors()) {
                JsonView event = vector.at("json");
                connection.send(event.json());

                assertThat(client.next()).as(vector.text("id")).isEqualTo(event);
            }
        }
    }

    @Test
    void events_of_the_simulator_have_the_members_of_the_protocol() throws IOException {
        Map<String, Set<String>> known = new TreeMap<>();
        Map<String, Set<String>> required = new TreeMap<>();
        for (JsonView vector : vectors()) {
            JsonView event = vector.at("json");
            known.computeIfAbsent(event.type(), type -> new HashSet<>()).addAll(event.names());
            if (vector.text("schema").equals("strict")) {
                required.computeIfAbsent(event.type(), type -> new HashSet<>(event.names()))
                        .retainAll(event.names());
            }
        }
        talkAboutEverything();

        Set<String> said = new HashSet<>();
        for (JournalEntry entry : simulator.journal().entries(JournalEntry.Kind.SENT)) {
            List<String> members = entry.json().names();
            said.add(entry.type());
            assertThat(known).containsKey(entry.type());
            assertThat(members)
                    .as(entry.type())
                    .containsAll(required.getOrDefault(entry.type(), Set.of()))
                    .isSubsetOf(known.get(entry.type()));
        }
        assertThat(said).as("kinds of events that were seen").hasSizeGreaterThan(28);
    }

    private void talkAboutEverything() {
        String id = createCall(simulator);
        try (TestSocket client = TestSocket.open(simulator, "call_id=" + id)) {
            client.send(Events.configure(
                    "\"output_modalities\":[\"audio\"],\"audio\":{\"input\":{\"transcription\":{\"model\":\"whisper-1\"}}},"
                            + "\"tools\":[{\"type\":\"function\",\"name\":\"look\"}]"));
            client.send(Events.append(Events.tone(500, 1)));
            client.send(Events.append(Events.tone(700, 0)));
            String spoken = client.next("response.done").text("response.output.0.id");
            client.next("output_audio_buffer.stopped");
            client.send(Events.userText("call look {\"at\":\"this\"}"));
            client.send(Events.RESPOND);
            client.next("response.done");
            client.send("{\"type\":\"conversation.item.retrieve\",\"item_id\":\"" + spoken + "\"}");
            client.send("{\"type\":\"conversation.item.truncate\",\"item_id\":\"" + spoken
                    + "\",\"content_index\":0,\"audio_end_ms\":10}");
            client.send("{\"type\":\"conversation.item.delete\",\"item_id\":\"" + spoken + "\"}");
            client.send("{\"type\":\"input_audio_buffer.clear\"}");
            client.send(Events.append(Events.tone(300, 0)));
            client.send("{\"type\":\"input_audio_buffer.commit\"}");
            client.send("{\"type\":\"nonsense\"}");
            client.send(Events.configure("\"output_modalities\":[\"text\"]"));
            client.send(Events.RESPOND);
            client.next("response.done");
        }
        try (TestSocket client = TestSocket.model(simulator)) {
            client.next("session.created");
        }
    }
}
