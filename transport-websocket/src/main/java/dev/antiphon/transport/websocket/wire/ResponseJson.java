package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.Response;
import dev.antiphon.core.model.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Response objects. */
final class ResponseJson {
    private ResponseJson() {}

    static Response read(ObjectNode response) {
        List<Item> output = new ArrayList<>();
        JsonNode items = response.get("output");
        if (items != null && items.isArray()) {
            for (JsonNode item : items) {
                if (item instanceof ObjectNode object) {
                    output.add(ItemJson.read(object));
                }
            }
        }
        JsonNode usage = response.get("usage");
        return new Response(
                Nodes.text(response, "id"),
                Nodes.text(response, "status"),
                Nodes.text(response.path("status_details"), "reason"),
                Nodes.text(response, "conversation_id"),
                output,
                usage != null && usage.isObject() ? Optional.of(usage(usage)) : Optional.empty(),
                Nodes.raw(response));
    }

    private static Usage usage(JsonNode usage) {
        JsonNode input = usage.path("input_token_details");
        JsonNode cached = input.path("cached_tokens_details");
        JsonNode output = usage.path("output_token_details");
        return new Usage(
                Nodes.integerOr0(usage, "total_tokens"),
                Nodes.integerOr0(usage, "input_tokens"),
                Nodes.integerOr0(usage, "output_tokens"),
                Nodes.integerOr0(input, "text_tokens"),
                Nodes.integerOr0(input, "audio_tokens"),
                Nodes.integerOr0(input, "image_tokens"),
                Nodes.integerOr0(input, "cached_tokens"),
                Nodes.integerOr0(cached, "text_tokens"),
                Nodes.integerOr0(cached, "audio_tokens"),
                Nodes.integerOr0(cached, "image_tokens"),
                Nodes.integerOr0(output, "text_tokens"),
                Nodes.integerOr0(output, "audio_tokens"));
    }
}
