package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import dev.antiphon.testkit.simulator.persona.McpServer;
import dev.antiphon.testkit.simulator.persona.McpServer.Answer;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The JSON form of a {@link Scenario}:
 * {@code {"rules": [{"when": {…}, "do": [{…}, …]}, …], "misfortunes": [{…}, …]}}. Whatever is not understood
 * is refused by its path.
 */
final class ScenarioFile {
    private static final Pattern SPAN = Pattern.compile("(\\d+)(ms|s|min)");
    private static final Set<String> CONDITIONS =
            Set.of("says", "speaks", "toolAnswers", "asked", "received", "where", "nth");
    static final Map<String, Set<String>> STEPS = Map.ofEntries(
            Map.entry("say", Set.of()),
            Map.entry("speak", Set.of()),
            Map.entry("echo", Set.of()),
            Map.entry("call", Set.of("arguments")),
            Map.entry("fail", Set.of("code")),
            Map.entry("cutShort", Set.of()),
            Map.entry("nothing", Set.of()),
            Map.entry("pause", Set.of()),
            Map.entry("hold", Set.of()),
            Map.entry("open", Set.of()),
            Map.entry("send", Set.of()),
            Map.entry("close", Set.of("reason")),
            Map.entry("drop", Set.of()),
            Map.entry("reset", Set.of()));

    private final Scenario.Builder scenario = Scenario.builder();

    private ScenarioFile() {}

    static Scenario read(String json) {
        JsonNode root;
        try {
            root = Json.parseCommented(json);
        } catch (InvalidEvent e) {
            throw new IllegalArgumentException("a script is a JSON object: " + e.getMessage(), e);
        }
        ScenarioFile file = new ScenarioFile();
        file.document(root);
        return file.scenario.build();
    }

    private void document(JsonNode root) {
        members("", root, Set.of("rules", "mcp", "misfortunes"));
        each("mcp", root.path("mcp"), this::mcp);
        each("rules", root.path("rules"), this::rule);
        each(
                "misfortunes",
                root.path("misfortunes"),
                (path, node) -> scenario.inflict(MisfortuneFile.read(path, node, scenario::named)));
    }

    private interface Reader {
        void read(String path, JsonNode node);
    }

    private static void each(String path, JsonNode list, Reader reader) {
        if (!list.isMissingNode() && !list.isArray()) {
            throw fault(path, "expected an array");
        }
        for (int i = 0; i < list.size(); i++) {
            reader.read(path + "[" + i + "]", list.get(i));
        }
    }

    private void rule(String path, JsonNode rule) {
        members(path, rule, Set.of("when", "instead", "do"));
        JsonNode when = rule.path("when");
        String whenPath = path + ".when";
        members(whenPath, when, CONDITIONS);
        if (when.has("received")) {
            scenario.whenReceived(text(whenPath, when, "received"));
        } else if (when.has("says")) {
            scenario.whenUserSays(text(whenPath, when, "says"));
        } else if (when.has("speaks")) {
            scenario.whenUserSpeaks();
        } else if (when.has("toolAnswers")) {
            scenario.whenToolAnswers();
        } else if (when.has("asked")) {
            scenario.whenAsked();
        } else {
            throw fault(whenPath, "expected one of says, speaks, toolAnswers, asked and received");
        }
        guarded(path, () -> {
            if (when.has("nth")) {
                scenario.nth(number(whenPath, when, "nth"));
            }
            when.path("where")
                    .properties()
                    .forEach(condition -> scenario.where(
                            condition.getKey(), condition.getValue().asString("")));
            if (rule.path("instead").asBoolean(false)) {
                scenario.instead();
            }
        });
        each(path + ".do", rule.path("do"), this::step);
    }

    private void mcp(String path, JsonNode node) {
        members(path, node, Set.of("server", "tools"));
        McpServer[] server = {McpServer.labelled(text(path, node, "server"))};
        each(path + ".tools", node.path("tools"), (place, tool) -> server[0] = server[0].tool(mcpTool(place, tool)));
        scenario.mcp(server[0]);
    }

    private static McpServer.Tool mcpTool(String path, JsonNode tool) {
        members(path, tool, Set.of("name", "description", "schema", "output", "error"));
        boolean fails = tool.has("error");
        String said = text(path, tool, fails ? "error" : "output");
        Answer answer = fails ? Answer.toolFailed(said) : Answer.output(said);
        return new McpServer.Tool(
                text(path, tool, "name"),
                tool.path("description").asString(""),
                tool.path("schema").isObject() ? Json.write(tool.path("schema")) : "{\"type\":\"object\"}",
                arguments -> answer);
    }

    private void step(String path, JsonNode step) {
        if (!step.isObject()) {
            throw fault(path, "expected an object");
        }
        List<String> verbs = step.properties().stream()
                .map(Map.Entry::getKey)
                .filter(STEPS::containsKey)
                .toList();
        if (verbs.size() != 1) {
            throw fault(
                    path, "expected one of " + STEPS.keySet().stream().sorted().toList());
        }
        String verb = verbs.get(0);
        Set<String> known = new java.util.HashSet<>(STEPS.getOrDefault(verb, Set.of()));
        known.add(verb);
        members(path, step, known);
        guarded(path, () -> step(path, verb, step));
    }

    private void step(String path, String verb, JsonNode step) {
        switch (verb) {
            case "say" -> scenario.say(text(path, step, "say"));
            case "speak" -> scenario.speak(span(path, step, "speak"));
            case "echo" -> scenario.echo();
            case "call" -> scenario.call(text(path, step, "call"), json(step.path("arguments"), "{}"));
            case "fail" ->
                scenario.fail(text(path, step, "fail"), step.path("code").asString("simulated"));
            case "cutShort" -> scenario.cutShort(text(path, step, "cutShort"));
            case "nothing" -> scenario.sayNothing();
            case "pause" -> scenario.pause(span(path, step, "pause"));
            case "hold" -> scenario.hold(text(path, step, "hold"));
            case "open" -> scenario.open(text(path, step, "open"));
            case "send" -> scenario.send(json(step.path("send"), ""));
            case "close" ->
                scenario.close(number(path, step, "close"), step.path("reason").asString(""));
            case "drop" -> scenario.drop();
            case "reset" -> scenario.reset();
            default -> throw fault(path, "unknown step " + verb);
        }
    }

    /** A string as it is, anything else as JSON. */
    private static String json(JsonNode node, String otherwise) {
        if (node.isMissingNode()) {
            return otherwise;
        }
        return node.isString() ? node.stringValue() : Json.write(node);
    }

    /** Says where in the file the builder was not content. */
    private static void guarded(String path, Runnable action) {
        try {
            action.run();
        } catch (IllegalStateException e) {
            throw fault(path, String.valueOf(e.getMessage()));
        }
    }

    static void members(String path, JsonNode node, Set<String> known) {
        if (!node.isObject()) {
            throw fault(path, "expected an object");
        }
        node.properties().forEach(member -> {
            if (!known.contains(member.getKey())) {
                throw fault(
                        path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                        "unknown; known are " + known.stream().sorted().toList());
            }
        });
    }

    static String text(String path, JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isString()) {
            throw fault(path + "." + name, "expected a string");
        }
        return value.stringValue();
    }

    static int number(String path, JsonNode node, String name) {
        JsonNode value = node.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw fault(path + "." + name, "expected a positive number");
        }
        return value.intValue();
    }

    /** A time as {@code 500ms}, {@code 2s}, {@code 5min} or in ISO form. */
    static Duration span(String path, JsonNode node, String name) {
        String text = text(path, node, name);
        Matcher simple = SPAN.matcher(text);
        try {
            if (simple.matches()) {
                long count = Long.parseLong(simple.group(1));
                return switch (simple.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    default -> Duration.ofMinutes(count);
                };
            }
            return Duration.parse(text);
        } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
            throw fault(path + "." + name, "expected a time such as 500ms, 2s or 5min");
        }
    }

    static IllegalArgumentException fault(String path, String what) {
        return new IllegalArgumentException((path.isEmpty() ? "the script" : path) + ": " + what);
    }
}
