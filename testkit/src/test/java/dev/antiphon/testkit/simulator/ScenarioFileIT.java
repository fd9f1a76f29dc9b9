package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.TestCalls.createCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioFileIT {
    private static final Path DOCUMENT = Path.of("..", "docs", "simulator.md");

    private static Stream<String> examples() throws IOException {
        Matcher block = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(DOCUMENT));
        return block.results().map(found -> found.group(1));
    }

    @Test
    void example_of_the_documentation_plays_as_it_says() throws Exception {
        Scenario scenario = Scenario.parse(examples().findFirst().orElseThrow());
        try (RealtimeSimulator simulator =
                RealtimeSimulator.builder().unpaced().script(scenario).start()) {
            String id = createCall(simulator);
            for (int i = 0; i < 2; i++) {
                try (RawClient early = new RawClient(simulator)) {
                    early.write(
                            RawClient.handshake("/v1/realtime?call_id=" + id, "Authorization: Bearer test-key\r\n"));
                    assertThat(early.readHead()).startsWith("HTTP/1.1 404 ");
                }
            }
            try (TestSocket client = TestSocket.open(simulator, "call_id=" + id)) {
                client.send(Events.configure("\"output_modalities\":[\"text\"]"));
                assertThat(client.next("response.output_text.done").text("text"))
                        .isEqualTo("Welcome to the line.");
                client.next("response.done");

                client.send(Events.userText("How is the weather?"));
                client.send(Events.RESPOND);
                JsonView call = client.next("response.function_call_arguments.done");
                client.next("response.done");
                client.send(
                        "{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"function_call_output\",\"call_id\":\""
                                + call.text("call_id") + "\",\"output\":\"{}\"}}");
                client.send(Events.RESPOND);

                assertThat(call.text("name")).isEqualTo("lookup");
                assertThat(call.text("arguments")).isEqualTo("{\"city\":\"Paris\"}");
                assertThat(client.next("response.output_text.done").text("text"))
                        .isEqualTo("It is sunny.");
            }
        }
    }

    @Test
    void every_example_of_the_documentation_is_understood() throws IOException {
        assertThat(examples())
                .hasSizeGreaterThan(1)
                .allSatisfy(example -> assertThat(Scenario.parse(example)).isNotNull());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"hold\":\"g\",\"at\":\"accepted\"}",
                "{\"delay\":\"1s\",\"at\":\"callCreated\"}",
                "{\"refuse\":503,\"headers\":{\"Retry-After\":\"1\"},\"at\":\"call\"}",
                "{\"callNotFound\":true,\"at\":\"upgrade\",\"on\":\"sideband\",\"times\":\"always\"}",
                "{\"reset\":true,\"at\":\"hangup\"}",
                "{\"drop\":true,\"at\":\"firstFrame\"}",
                "{\"close\":1013,\"reason\":\"later\",\"at\":\"opened\",\"on\":\"model\"}",
                "{\"stopReading\":true,\"at\":\"received session.update\"}",
                "{\"mutePongs\":true,\"at\":\"opened\"}",
                "{\"halfOpen\":true,\"at\":\"sent session.updated\"}",
                "{\"slowRead\":100,\"at\":\"accepted\"}",
                "{\"slowWrite\":100,\"at\":\"opened\"}",
                "{\"lose\":true,\"at\":\"sending response.done\",\"nth\":2}",
                "{\"duplicate\":true,\"at\":\"sending response.done\"}",
                "{\"reorder\":true,\"at\":\"sending response.done\"}",
                "{\"fragment\":3,\"at\":\"sending response.done\"}",
                "{\"binary\":true,\"at\":\"sending response.done\"}",
                "{\"malform\":true,\"at\":\"sending response.done\"}",
                "{\"inflate\":70000,\"at\":\"sending response.done\"}",
                "{\"cut\":7,\"at\":\"sending response.done\"}",
                "{\"jumpClock\":\"61min\",\"at\":\"opened\"}",
                "{\"hideCall\":true,\"at\":\"callCreated\"}",
                "{\"disown\":true,\"at\":\"callCreated\"}"
            })
    void every_misfortune_can_be_written(String misfortune) {
        Scenario scenario = Scenario.parse("{\"misfortunes\":[" + misfortune + "]}");

        assertThat(scenario.misfortunes()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} x|line 1",
                "[]|there is no object",
                "{\"rule\":[]}|rule: unknown; known are [mcp, misfortunes, rules]",
                "{\"rules\":{}}|rules: expected an array",
                "{\"rules\":[{\"when\":{},\"do\":[]}]}|rules[0].when: expected one of says",
                "{\"rules\":[{\"when\":{\"says\":1}}]}|rules[0].when.says: expected a string",
                "{\"rules\":[{\"when\":{\"asked\":true},\"do\":[{\"sya\":\"x\"}]}]}|rules[0].do[0]: expected one of",
                "{\"rules\":[{\"when\":{\"asked\":true},\"do\":[{\"say\":\"x\",\"b\":1}]}]}|rules[0].do[0].b: unknown",
                "{\"rules\":[{\"when\":{\"asked\":true},\"do\":[{\"close\":1000}]}]}|rules[0].do[0]: 'close' belongs",
                "{\"rules\":[{\"when\":{\"asked\":true},\"do\":[{\"pause\":\"x\"}]}]}|rules[0].do[0].pause: expected a"
                        + " time",
                "{\"rules\":[{\"when\":{\"asked\":true},\"do\":[{\"pause\":\"9000000000000000000min\"}]}]}|pause: expected a"
                        + " time",
                "{\"misfortunes\":[{\"lose\":true,\"at\":\"opened\"}]}|misfortunes[0]: Lose cannot happen at OPENED",
                "{\"misfortunes\":[{\"lose\":true,\"at\":\"later\"}]}|misfortunes[0].at: expected one of",
                "{\"misfortunes\":[{\"at\":\"opened\"}]}|misfortunes[0]: expected one of"
            })
    void what_is_not_understood_is_refused_by_its_place(String script, String complaint) {
        assertThatThrownBy(() -> Scenario.parse(script))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(complaint);
    }
}
