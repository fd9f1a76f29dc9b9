package dev.antiphon.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.antiphon.testkit.simulator.persona.McpServer;
import dev.antiphon.testkit.simulator.persona.McpServer.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tools that the service calls itself. */
class McpIT {
    private final RealtimeSimulator simulator = RealtimeSimulator.builder()
            .unpaced()
            .mcp(McpServer.labelled("docs")
                    .tool("search", "Finds pages.", arguments -> Answer.output("three pages for " + arguments))
                    .tool("delete", "Removes a page.", arguments -> Answer.httpError(403, "not yours")))
            .start();

    private final TestSocket client = TestSocket.model(simulator);

    @AfterEach
    void close() {
        client.close();
        simulator.close();
    }

    private static String tool(String moreMembers) {
        return Events.configure(
                "\"output_modalities\":[\"text\"],\"tools\":[{\"type\":\"mcp\",\"server_label\":\"docs\","
                        + "\"server_url\":\"https://docs.example.test/mcp\"" + moreMembers + "}]");
    }

    private void ask(String text) {
        client.send(Events.userText(text));
        client.send("{\"type\":\"response.create\"}");
    }

    private static List<String> typesOf(List<JsonView> events) {
        return events.stream().map(JsonView::type).toList();
    }

    @Test
    void tools_are_listed_once_a_session_names_their_server() {
        client.send(tool(""));
        client.next("session.updated");

        JsonView added = client.next();
        JsonView begun = client.next();
        JsonView completed = client.next();
        JsonView done = client.next();

        assertThat(List.of(added.type(), begun.type(), completed.type(), done.type()))
                .containsExactly(
                        "conversation.item.added",
                        "mcp_list_tools.in_progress",
                        "mcp_list_tools.completed",
                        "conversation.item.done");
        assertThat(added.text("item.type")).isEqualTo("mcp_list_tools");
        assertThat(added.at("item.tools").size()).isZero();
        assertThat(completed.text("item_id")).isEqualTo(done.text("item.id"));
        assertThat(done.text("item.server_label")).isEqualTo("docs");
        assertThat(done.text("item.tools.0.name")).isEqualTo("search");
        assertThat(done.text("item.tools.1.input_schema.type")).isEqualTo("object");

        client.send(Events.configure("\"instructions\":\"again\""));
        client.next("session.updated");
        client.send("{\"type\":\"input_audio_buffer.clear\"}");
        assertThat(client.next().type()).isEqualTo("input_audio_buffer.cleared");
    }

    @Test
    void only_allowed_tools_are_listed() {
        client.send(tool(",\"allowed_tools\":[\"delete\"]"));

        client.next("mcp_list_tools.completed");

        assertThat(client.next().at("item.tools").size()).isEqualTo(1);
    }

    @Test
    void listing_of_a_server_nobody_knows_fails() {
        client.send(Events.configure(
                "\"tools\":[{\"type\":\"mcp\",\"server_label\":\"other\",\"server_url\":\"https://x.example.test\"}]"));

        client.next("mcp_list_tools.failed");

        assertThat(client.next().at("item.tools").size()).isZero();
    }

    @Test
    void call_without_approval_is_made_within_the_response() {
        client.send(tool(",\"require_approval\":\"never\""));
        client.next("mcp_list_tools.completed");
        ask("call docs/search {\"q\":\"tea\"}");

        client.next("response.created");
        List<JsonView> events = client.until("response.done");

        assertThat(typesOf(events))
                .containsSubsequence(
                        "response.output_item.added",
                        "conversation.item.added",
                        "response.mcp_call_arguments.delta",
                        "response.mcp_call_arguments.done",
                        "response.mcp_call.in_progress",
                        "response.mcp_call.completed",
                        "response.output_item.done",
                        "conversation.item.done");
        JsonView done = events.get(events.size() - 1);
        assertThat(done.text("response.status")).isEqualTo("completed");
        assertThat(done.text("response.output.0.type")).isEqualTo("mcp_call");
        assertThat(done.text("response.output.0.output")).isEqualTo("three pages for {\"q\":\"tea\"}");
        assertThat(done.at("response.output.0.error").isNull()).isTrue();

        client.send("{\"type\":\"response.create\"}");
        assertThat(client.next("response.output_text.done").text("text")).contains("three pages");
    }

    @Test
    void failed_call_carries_its_error() {
        client.send(tool(",\"require_approval\":{\"never\":{\"tool_names\":[\"delete\"]}}"));
        client.next("mcp_list_tools.completed");
        ask("call docs/delete");

        client.next("response.mcp_call.failed");
        JsonView item = client.next("response.output_item.done").at("item");

        assertThat(item.text("error.type")).isEqualTo("http_error");
        assertThat(item.number("error.code")).isEqualTo(403);
        assertThat(item.at("output").isNull()).isTrue();
    }

    @Test
    void call_waits_for_approval_and_is_made_unasked_when_it_is_given() {
        client.send(tool(""));
        client.next("mcp_list_tools.completed");
        ask("call docs/search {\"q\":\"tea\"}");
        JsonView request = client.next("response.output_item.done").at("item");
        client.next("response.done");

        client.send("{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"mcp_approval_response\","
                + "\"id\":\"appr_1\",\"approval_request_id\":\"" + request.text("id") + "\",\"approve\":true}}");
        client.next("response.created");
        JsonView done = client.next("response.done");

        assertThat(request.text("type")).isEqualTo("mcp_approval_request");
        assertThat(request.text("arguments")).isEqualTo("{\"q\":\"tea\"}");
        assertThat(done.text("response.output.0.approval_request_id")).isEqualTo(request.text("id"));
        assertThat(done.text("response.output.0.output")).contains("three pages");
    }

    @Test
    void refused_call_is_not_made() {
        client.send(tool(""));
        client.next("mcp_list_tools.completed");
        ask("call docs/search");
        String request = client.next("response.output_item.done").text("item.id");
        client.next("rate_limits.updated");

        String answer = "{\"type\":\"conversation.item.create\",\"item\":{\"type\":\"mcp_approval_response\","
                + "\"approval_request_id\":\"" + request + "\",\"approve\":false}}";
        client.send(answer);
        client.next("conversation.item.done");
        client.send("{\"type\":\"input_audio_buffer.clear\"}");

        assertThat(client.next().type()).isEqualTo("input_audio_buffer.cleared");
        client.send(answer);
        assertThat(client.next("error").text("error.param")).isEqualTo("item.approval_request_id");
    }

    @Test
    void script_brings_its_own_servers() {
        Scenario script = Scenario.parse("""
            {
              "mcp": [{ "server": "docs", "tools": [{ "name": "search", "output": "nothing found" }] }],
              "rules": [{ "when": { "says": "look" }, "do": [{ "call": "docs/search" }, { "say": "That was all." }] }]
            }
            """);
        try (RealtimeSimulator scripted =
                        RealtimeSimulator.builder().unpaced().script(script).start();
                TestSocket other = TestSocket.model(scripted)) {
            other.send(tool(",\"require_approval\":\"never\""));
            other.next("mcp_list_tools.completed");
            other.send(Events.userText("Look it up"));
            other.send("{\"type\":\"response.create\"}");

            JsonView done = other.next("response.done");

            assertThat(done.text("response.output.0.output")).isEqualTo("nothing found");
            assertThat(done.text("response.output.1.content.0.text")).isEqualTo("That was all.");
        }
    }
}
