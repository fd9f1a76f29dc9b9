package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ResponseConfig;
import dev.antiphon.core.model.Voice;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Overrides of {@code response.create}. */
final class ResponseConfigJson {
    private ResponseConfigJson() {}

    static ResponseConfig read(Fields in) {
        ResponseConfig.Builder to = ResponseConfig.builder();
        in.takeTexts("output_modalities", to::outputModalities);
        in.take("instructions", JsonNode::isString, text -> to.instructions(text.stringValue()));
        Fields output = in.object("audio").object("output");
        output.takeObject("format", AudioJson::format, to::outputFormat);
        output.take("voice", JsonNode::isString, name -> to.voice(Voice.named(name.stringValue())));
        output.takeObject("voice", voice -> Voice.custom(voice.text("id")), to::voice);
        in.take("tools", JsonNode::isArray, list -> to.tools(ToolJson.readAll(in, list)));
        in.take("tool_choice", JsonNode::isString, mode -> to.toolChoice(ToolJson.mode(mode.stringValue())));
        in.takeObject("tool_choice", ToolJson::choice, to::toolChoice);
        in.take("parallel_tool_calls", JsonNode::isBoolean, flag -> to.parallelToolCalls(flag.booleanValue()));
        in.object("reasoning").take("effort", JsonNode::isString, effort -> to.reasoningEffort(effort.stringValue()));
        in.take(
                "max_output_tokens",
                SessionJson::isOutputLimit,
                limit -> to.maxOutputTokens(SessionJson.outputLimit(limit)));
        in.take("conversation", JsonNode::isString, name -> to.conversation(name.stringValue()));
        in.takeNull("metadata", to::noMetadata);
        in.take("metadata", JsonNode::isObject, pairs -> to.metadata(texts(pairs)));
        in.takeNull("prompt", to::noPrompt);
        in.takeObject("prompt", PromptJson::read, to::prompt);
        if (in.get("input") instanceof ArrayNode) {
            to.input(ItemJson.readAll(in, "input"));
        }
        in.rest().byPointer().forEach(to::extra);
        return to.build();
    }

    /** @throws IllegalArgumentException if a value is not a text */
    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> pair : object.properties()) {
            if (!pair.getValue().isString()) {
                throw new IllegalArgumentException("metadata: a value is not a string");
            }
            texts.put(pair.getKey(), pair.getValue().stringValue());
        }
        return texts;
    }

    static ObjectNode write(ResponseConfig config) {
        ObjectNode json = Json.object();
        config.outputModalities().ifPresent(list -> json.set("output_modalities", AudioJson.texts(list)));
        config.instructions().ifPresent(text -> json.put("instructions", text));
        ObjectNode output = Json.object();
        config.outputFormat().ifPresent(format -> output.set("format", AudioJson.write(format)));
        config.voice().ifPresent(voice -> output.set("voice", AudioJson.write(voice)));
        if (!output.isEmpty()) {
            json.putObject("audio").set("output", output);
        }
        config.tools().ifPresent(tools -> json.set("tools", ToolJson.write(tools)));
        config.toolChoice().ifPresent(choice -> json.set("tool_choice", ToolJson.write(choice)));
        config.parallelToolCalls().ifPresent(flag -> json.put("parallel_tool_calls", flag));
        config.reasoningEffort().ifPresent(effort -> json.putObject("reasoning").put("effort", effort));
        config.maxOutputTokens().ifPresent(limit -> SessionJson.write(limit, json));
        config.conversation().ifPresent(name -> json.put("conversation", name));
        SessionJson.put(config.metadata(), ResponseConfigJson::object, node -> json.set("metadata", node));
        SessionJson.put(config.prompt(), PromptJson::write, node -> json.set("prompt", node));
        config.input().ifPresent(items -> {
            ArrayNode input = json.putArray("input");
            items.forEach(item -> input.add(ItemJson.write(item)));
        });
        return Extras.apply(config.extra(), json);
    }

    private static JsonNode object(Map<String, String> pairs) {
        ObjectNode json = Json.object();
        pairs.forEach(json::put);
        return json;
    }
}
