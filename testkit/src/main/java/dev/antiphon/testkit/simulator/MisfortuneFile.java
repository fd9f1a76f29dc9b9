package dev.antiphon.testkit.simulator;

import static dev.antiphon.testkit.simulator.ScenarioFile.fault;
import static dev.antiphon.testkit.simulator.ScenarioFile.members;
import static dev.antiphon.testkit.simulator.ScenarioFile.number;
import static dev.antiphon.testkit.simulator.ScenarioFile.span;
import static dev.antiphon.testkit.simulator.ScenarioFile.text;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * The JSON form of an {@link Infliction}: what, when, to whom and how often, for example
 * {@code {"refuse": 503, "headers": {"Retry-After": "1"}, "at": "upgrade", "on": "sideband", "times": 2}}.
 */
final class MisfortuneFile {
    private static final Map<String, Moment> MOMENTS = Map.of(
            "accepted", Moment.ACCEPTED,
            "call", Moment.CALL,
            "callCreated", Moment.CALL_CREATED,
            "hangup", Moment.HANGUP,
            "upgrade", Moment.UPGRADE,
            "opened", Moment.OPENED,
            "firstFrame", Moment.FIRST_FRAME,
            "streaming", Moment.STREAMING);
    static final Set<String> KINDS = Set.of(
            "hold",
            "delay",
            "refuse",
            "callNotFound",
            "reset",
            "drop",
            "close",
            "stopReading",
            "mutePongs",
            "halfOpen",
            "slowRead",
            "slowWrite",
            "lose",
            "duplicate",
            "reorder",
            "fragment",
            "binary",
            "malform",
            "inflate",
            "cut",
            "jumpClock",
            "hideCall",
            "disown");
    private static final Set<String> DETAILS = Set.of("at", "nth", "on", "times", "headers", "reason");

    private MisfortuneFile() {}

    static Infliction read(String path, JsonNode node, Function<String, Gate> gates) {
        Set<String> known = new HashSet<>(KINDS);
        known.addAll(DETAILS);
        members(path, node, known);
        List<String> kinds = node.properties().stream()
                .map(Map.Entry::getKey)
                .filter(KINDS::contains)
                .toList();
        if (kinds.size() != 1) {
            throw fault(path, "expected one of " + KINDS.stream().sorted().toList());
        }
        Misfortune misfortune = misfortune(path, kinds.get(0), node, gates);
        Moment moment = moment(path, node);
        try {
            return victims(path, node, misfortune.at(moment));
        } catch (IllegalArgumentException e) {
            throw fault(path, String.valueOf(e.getMessage()));
        }
    }

    private static Infliction victims(String path, JsonNode node, Infliction infliction) {
        Infliction result = infliction;
        if (node.path("times").asString("").equals("always")) {
            result = result.always();
        } else if (node.has("times")) {
            result = result.times(number(path, node, "times"));
        }
        return switch (node.path("on").asString("all")) {
            case "sideband" -> result.onSidebands();
            case "model" -> result.onModelSockets();
            case "all" -> result;
            default -> throw fault(path + ".on", "expected sideband, model or all");
        };
    }

    private static Moment moment(String path, JsonNode node) {
        String at = text(path, node, "at");
        Moment plain = MOMENTS.get(at);
        if (plain != null) {
            return plain;
        }
        int nth = node.has("nth") ? number(path, node, "nth") : 1;
        int space = at.indexOf(' ');
        String type = at.substring(space + 1);
        return switch (space < 0 ? "" : at.substring(0, space)) {
            case "sending" -> Moment.sending(type, nth);
            case "sent" -> Moment.sent(type, nth);
            case "received" -> Moment.received(type, nth);
            default ->
                throw fault(
                        path + ".at",
                        "expected one of " + MOMENTS.keySet().stream().sorted().toList()
                                + ", or 'sending TYPE', 'sent TYPE', 'received TYPE'");
        };
    }

    private static Misfortune misfortune(String path, String kind, JsonNode node, Function<String, Gate> gates) {
        return switch (kind) {
            case "hold" -> Misfortune.hold(gates.apply(text(path, node, kind)));
            case "delay" -> Misfortune.delay(span(path, node, kind));
            case "refuse" -> Misfortune.refuse(refusal(path, node));
            case "callNotFound" -> Misfortune.callNotFound();
            case "reset" -> Misfortune.reset();
            case "drop" -> Misfortune.drop();
            case "close" ->
                Misfortune.close(number(path, node, kind), node.path("reason").asString(""));
            case "stopReading" -> Misfortune.stopReading();
            case "mutePongs" -> Misfortune.mutePongs();
            case "halfOpen" -> Misfortune.halfOpen();
            case "slowRead" -> Misfortune.slowRead(number(path, node, kind));
            case "slowWrite" -> Misfortune.slowWrite(number(path, node, kind));
            case "lose" -> Misfortune.lose();
            case "duplicate" -> Misfortune.duplicate();
            case "reorder" -> Misfortune.reorder();
            case "fragment" -> Misfortune.fragment(number(path, node, kind));
            case "binary" -> Misfortune.binary();
            case "malform" -> Misfortune.malform();
            case "inflate" -> Misfortune.inflate(number(path, node, kind));
            case "cut" -> Misfortune.cut(number(path, node, kind));
            case "jumpClock" -> Misfortune.jumpClock(span(path, node, kind));
            case "hideCall" -> Misfortune.hideCall();
            case "disown" -> Misfortune.disown();
            default -> throw fault(path, "unknown misfortune " + kind);
        };
    }

    private static HttpAnswer refusal(String path, JsonNode node) {
        int status = number(path, node, "refuse");
        HttpAnswer answer = HttpAnswer.error(status, "simulated_" + status, "Refused by the simulator on purpose.");
        for (Map.Entry<String, JsonNode> header : node.path("headers").properties()) {
            answer = answer.withHeader(header.getKey(), header.getValue().asString(""));
        }
        return answer;
    }
}
