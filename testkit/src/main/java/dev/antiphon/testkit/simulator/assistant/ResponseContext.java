package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.persona.Persona;
import dev.antiphon.testkit.simulator.persona.Reply;
import dev.antiphon.testkit.simulator.persona.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a response starts from: the items it sees and their tokens, the tools it may call, and what the persona
 * answers to that.
 */
final class ResponseContext {
    private final SessionConfig config;
    private final Conversation conversation;
    private final McpTools mcp;
    private final Persona persona;
    private int turns;
    private Usage previous = new Usage(0, 0, 0, 0, 0, 0);

    ResponseContext(SessionConfig config, Conversation conversation, McpTools mcp, Persona persona) {
        this.config = config;
        this.conversation = conversation;
        this.mcp = mcp;
        this.persona = persona;
    }

    /** The items a response sees: those it brings, or else the conversation. */
    List<Item> items(JsonNode response) throws InvalidEvent {
        if (!response.has("input")) {
            return conversation.items();
        }
        List<Item> items = new ArrayList<>();
        int index = 0;
        for (JsonNode given : response.path("input")) {
            String itemId = given.path("id").asString("");
            if (given.path("type").asString("").equals("item_reference")) {
                items.add(conversation.require("response.input[" + index + "].id", itemId));
            } else {
                items.add(Item.fromClient(itemId, given, config.inputFormat()));
            }
            index++;
        }
        return items;
    }

    /** Input tokens of the next response, asked for once; what the previous one had as well is cached. */
    Usage usage(List<Item> items, JsonNode response) {
        int text = (config.setting(response, "instructions").asString("").length() + 3) / 4;
        int audio = 0;
        for (Item item : items) {
            text += item.textTokens();
            audio += item.audioTokens();
        }
        previous = new Usage(
                text, audio, Math.min(text, previous.inputText()), Math.min(audio, previous.inputAudio()), 0, 0);
        return previous;
    }

    /** Asks the persona; if it throws, the response is to fail. */
    Reply ask(List<Item> items, JsonNode response) {
        Turn turn = turn(items, response);
        Reply reply;
        try {
            reply = persona.reply(turn);
        } catch (RuntimeException e) {
            reply = Reply.fail("server_error", "persona_failed");
        }
        return resolve(reply, turn, items);
    }

    /** What the assistant says of its own accord, which is a turn as well. */
    Reply resolve(Reply reply, List<Item> items) {
        return resolve(reply, turn(items, Json.object()), items);
    }

    /** Puts the user's own words and sound where a reply echoes them. */
    private static Reply resolve(Reply reply, Turn turn, List<Item> items) {
        Reply resolved = Reply.nothing();
        for (Reply.Output output : reply.outputs()) {
            resolved = resolved.then(output instanceof Reply.Echo ? echo(turn, items) : Reply.of(output));
        }
        return resolved;
    }

    private static Reply echo(Turn turn, List<Item> items) {
        if (turn.audioHeard().isEmpty()) {
            return Reply.say(turn.userText().or(turn::toolOutput).orElse("Hello."));
        }
        return Reply.play("(echo)", newestInput(items).orElseThrow().samples());
    }

    private Turn turn(List<Item> items, JsonNode response) {
        Optional<String> text = Optional.empty();
        Optional<Duration> heard = Optional.empty();
        Optional<String> toolOutput = Optional.empty();
        Optional<Item> newest = newestInput(items);
        if (newest.isPresent()) {
            Item item = newest.get();
            if (item.isToolOutput()) {
                toolOutput = Optional.of(item.toolOutput());
            } else if (item.hasAudio()) {
                heard = Optional.of(Duration.ofMillis(item.audioMillis()));
            } else {
                text = Optional.of(item.text());
            }
        }
        return new Turn(
                text,
                heard,
                toolOutput,
                config.setting(response, "instructions").asString(""),
                toolNames(response),
                forcedTool(response),
                items.size(),
                ++turns);
    }

    private static Optional<Item> newestInput(List<Item> items) {
        return items.stream().filter(Item::isInput).reduce((earlier, later) -> later);
    }

    private List<String> toolNames(JsonNode response) {
        List<String> names = new ArrayList<>(config.toolNames(response));
        if (!config.setting(response, "tool_choice").asString("").equals("none")) {
            names.addAll(mcp.names(config.setting(response, "tools")));
        }
        return names;
    }

    private Optional<String> forcedTool(JsonNode response) {
        JsonNode choice = config.setting(response, "tool_choice");
        List<String> names = toolNames(response);
        if (choice.asString("").equals("required")) {
            return names.stream().findFirst();
        }
        String wanted = choice.path("type").asString("").equals("mcp")
                ? choice.path("server_label").asString("") + "/"
                        + choice.path("name").asString("")
                : choice.path("name").asString("");
        return names.stream()
                .filter(name -> choice.isObject() && name.startsWith(wanted))
                .findFirst();
    }
}
