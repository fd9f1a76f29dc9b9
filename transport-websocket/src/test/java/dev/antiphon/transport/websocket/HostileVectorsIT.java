package dev.antiphon.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.Unrecognized;
import dev.antiphon.testkit.simulator.Connection;
import dev.antiphon.testkit.simulator.RealtimeSimulator;
import dev.antiphon.transport.websocket.wire.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** The hostile vectors, one after the other, in one live conversation. */
@Timeout(120)
class HostileVectorsIT extends ConversationFixture {
    /** Shorter pieces of a frame, "object" for example, may stand in a sentence about it by chance. */
    private static final int TELLING = 9;
    /** Names of the protocol, which an error may say. */
    private static final List<String> NAMES = List.of("output_index", "content_index");

    @FaultTest
    @DisplayName("B03 every hostile vector ends as it should, quotes nothing, and the next event arrives")
    void every_hostile_vector() throws Exception {
        RealtimeSimulator server = serve();
        SoftAssertions all = new SoftAssertions();
        int errors = 0;
        try (EverythingLogged log = EverythingLogged.begin()) {
            Conversation conversation = start(server.baseUrl());
            heard.await("session.updated");
            Connection connection = server.connections().get(0);

            for (JsonNode line : Vectors.lines("hostile.jsonl")) {
                String id = line.get("id").stringValue();
                int logged = log.lines().size();
                String frame = new String(Vectors.frame(line), StandardCharsets.UTF_8);

                ServerEvent event = heardOf(frame, connection, all, id);

                String outcome = outcome(event);
                all.assertThat(expected(line)).as(id).contains(outcome);
                all.assertThat(keeps(event, frame)).as(id + " keeps its frame").isTrue();
                if (event instanceof DecodeError error) {
                    errors++;
                    all.assertThat(error.frameBytes()).as(id).isEqualTo(frame.getBytes(StandardCharsets.UTF_8).length);
                    all.assertThat(quoted(frame, error.type(), error.toString() + "\n" + error.reason()))
                            .as(id + " in its error")
                            .isEmpty();
                }
                List<String> said = log.lines();
                all.assertThat(quoted(frame, event.type(), String.join("\n", said.subList(logged, said.size()))))
                        .as(id + " in the log")
                        .isEmpty();
            }
            all.assertAll();
            assertThat(get(conversation.sendText("still there?").outcome()).name())
                    .isEqualTo("ACKNOWLEDGED");
            assertThat(errors).isPositive();
            assertThat(conversation.summary().decodeErrors()).isEqualTo(errors);
            assertThat(heard.ends()).isEmpty();
        }
    }

    /** What became of a frame: one event, and then the event that was sent behind it. */
    private ServerEvent heardOf(String frame, Connection connection, SoftAssertions all, String id) throws Exception {
        int before = heard.events().size();
        connection.send(frame);
        connection.send("{\"type\":\"marker\"}");
        heard.await("marker");
        List<ServerEvent> since = heard.events().subList(before, heard.events().size());
        all.assertThat(since).as(id).hasSize(2);
        return since.get(0);
    }

    /** A conversation does not know the events of its own side when they come from the other. */
    private static List<String> expected(JsonNode line) {
        if (line.get("direction").stringValue().equals("client")) {
            return List.of("unknown-kept");
        }
        List<String> expected = new ArrayList<>(List.of(line.get("expect").stringValue()));
        line.path("also_ok").forEach(also -> expected.add(also.stringValue()));
        return expected;
    }

    private static String outcome(ServerEvent event) {
        return event instanceof DecodeError
                ? "decode-error"
                : event instanceof Unrecognized ? "unknown-kept" : "accepted";
    }

    /** Events keep an equal value; what is none, or is not known, is kept to the letter. */
    private static boolean keeps(ServerEvent event, String frame) {
        String raw = event.raw().text();
        return raw.equals(frame)
                || (outcome(event).equals("accepted")
                        && Vectors.JSON.readTree(raw).equals(Vectors.JSON.readTree(frame)));
    }

    /** The pieces of a frame that are found in a text; names of the protocol may be. */
    private static List<String> quoted(String frame, String type, String text) {
        String nameless = type.isEmpty() ? frame : frame.replace(type, "\n");
        for (String name : NAMES) {
            nameless = nameless.replace(name, "\n");
        }
        List<String> found = new ArrayList<>();
        int last = Math.min(nameless.length(), 10_000) - TELLING;
        for (int at = 0; at <= last; at++) {
            String piece = nameless.substring(at, at + TELLING);
            if (text.contains(piece)) {
                found.add(piece);
            }
        }
        return found;
    }
}
