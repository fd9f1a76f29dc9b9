package dev.antiphon.testkit.simulator.persona;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a persona knows when a response begins. At most one of {@code userText}, {@code audioHeard} and
 * {@code toolOutput} is present: the newest input decides. {@code toString} shows no content.
 *
 * @param userText text of the newest user, system or developer message
 * @param audioHeard playing time of the newest user message when that was audio
 * @param toolOutput output of the newest input when that was a tool result
 * @param instructions instructions in force for this response
 * @param tools names of the function tools in force, and of MCP tools as {@code SERVER/TOOL}
 * @param forcedTool the tool that the client's {@code tool_choice} wants to see called
 * @param items number of items in the conversation
 * @param number which response of the session this is, from 1
 */
public record Turn(
        Optional<String> userText,
        Optional<Duration> audioHeard,
        Optional<String> toolOutput,
        String instructions,
        List<String> tools,
        Optional<String> forcedTool,
        int items,
        int number) {

    public Turn {
        tools = List.copyOf(tools);
    }

    @Override
    public String toString() {
        return "Turn[items=" + items + ", tools=" + tools.size() + "]";
    }
}
