package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.PromptReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** References to stored prompts. */
final class PromptJson {
    private PromptJson() {}

    /** @throws IllegalArgumentException if there is no id */
    static PromptReference read(Fields in) {
        return new PromptReference(in.text("id"), in.anyText("version"), variables(in));
    }

    /** Variables with values of an unexpected kind stay in the rest, all of them. */
    private static Map<String, PromptReference.Variable> variables(Fields in) {
        Map<String, PromptReference.Variable> variables = new LinkedHashMap<>();
        if (!(in.get("variables") instanceof ObjectNode object) || object.isEmpty()) {
            return variables;
        }
        for (Map.Entry<String, JsonNode> variable : object.properties()) {
            JsonNode value = variable.getValue();
            if (value.isString()) {
                variables.put(
                        variable.getKey(),
                        new PromptReference.Variable(Optional.of(value.stringValue()), Optional.empty()));
            } else if (value.isObject()) {
                variables.put(
                        variable.getKey(),
                        new PromptReference.Variable(Optional.empty(), Optional.of(Nodes.raw(value))));
            } else {
                return Map.of();
            }
        }
        in.markTaken("variables");
        return variables;
    }

    static JsonNode write(PromptReference prompt) {
        ObjectNode json = Json.object().put("id", prompt.id());
        prompt.version().ifPresent(version -> json.put("version", version));
        if (!prompt.variables().isEmpty()) {
            ObjectNode variables = json.putObject("variables");
            prompt.variables().forEach((name, value) -> {
                value.text().ifPresent(text -> variables.put(name, text));
                value.part().ifPresent(part -> variables.set(name, Json.trusted(part)));
            });
        }
        return json;
    }
}
