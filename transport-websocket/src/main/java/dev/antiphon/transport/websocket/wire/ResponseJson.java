package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.Response;
import dev.antiphon.core.model.Usage;
import dev.antiphon.core.model.Voice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.JsonNode;

/** Response objects, as servers show them. */
final class ResponseJson {
    private ResponseJson() {}

    static Response read(Fields in) {
        JsonNode response = in.node();
        JsonNode details = response.path("status_details");
        Fields output = in.object("audio").object("output");
        return new Response(
                in.text("id"),
                in.text("status"),
                Nodes.text(details, "reason"),
                details.path("error").isObject() ? Optional.of(error(details.path("error"))) : Optional.empty(),
                in.text("conversation_id"),
                ItemJson.readAll(in, "output"),
                in.texts("output_modalities").orElse(List.of()),
                format(output),
                output.optionalText("voice").filter(name -> !name.isBlank()).map(Voice::named),
                metadata(response.path("metadata")),
                response.path("usage").isObject() ? Optional.of(usage(response.path("usage"))) : Optional.empty(),
                Nodes.raw(response));
    }

    private static Optional<AudioFormat> format(Fields output) {
        AtomicReference<AudioFormat> format = new AtomicReference<>();
        output.takeObject("format", AudioJson::format, format::set);
        return Optional.ofNullable(format.get());
    }

    private static Map<String, String> metadata(JsonNode object) {
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> pair : object.properties()) {
            if (pair.getValue().isString()) {
                metadata.put(pair.getKey(), pair.getValue().stringValue());
            }
        }
        return metadata;
    }

    static ErrorDetail error(JsonNode error) {
        return new ErrorDetail(
                Nodes.text(error, "type"),
                Nodes.text(error, "code"),
                Nodes.text(error, "message"),
                Nodes.text(error, "param"),
                Nodes.text(error, "event_id"));
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
