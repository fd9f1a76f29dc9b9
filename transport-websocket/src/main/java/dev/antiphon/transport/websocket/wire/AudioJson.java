package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioFormat;
import dev.antiphon.core.model.InputTranscription;
import dev.antiphon.core.model.NoiseReduction;
import dev.antiphon.core.model.TurnDetection;
import dev.antiphon.core.model.Voice;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Objects below {@code audio}: formats, voice, transcription, noise reduction, turn detection. */
final class AudioJson {
    private AudioJson() {}

    /** @throws IllegalArgumentException if there is no usable type */
    static AudioFormat format(Fields in) {
        return new AudioFormat(in.text("type"), in.smallInteger("rate"));
    }

    static ObjectNode write(AudioFormat format) {
        ObjectNode json = Json.object().put("type", format.type());
        format.rateHz().ifPresent(rate -> json.put("rate", rate));
        return json;
    }

    /** A name, or an object with an id. */
    static JsonNode write(Voice voice) {
        ObjectNode json = Json.object();
        return voice.isCustom()
                ? json.put("id", voice.value())
                : json.put("voice", voice.value()).get("voice");
    }

    static InputTranscription transcription(Fields in) {
        return new InputTranscription(
                in.anyText("model"),
                in.anyText("language"),
                in.texts("languages"),
                in.texts("keywords"),
                in.anyText("prompt"),
                in.anyText("delay"));
    }

    static ObjectNode write(InputTranscription transcription) {
        ObjectNode json = Json.object();
        transcription.model().ifPresent(model -> json.put("model", model));
        transcription.language().ifPresent(language -> json.put("language", language));
        transcription.languages().ifPresent(languages -> json.set("languages", texts(languages)));
        transcription.keywords().ifPresent(keywords -> json.set("keywords", texts(keywords)));
        transcription.prompt().ifPresent(prompt -> json.put("prompt", prompt));
        transcription.delay().ifPresent(delay -> json.put("delay", delay));
        return json;
    }

    /** @throws IllegalArgumentException if there is no usable type */
    static NoiseReduction noiseReduction(Fields in) {
        return new NoiseReduction(in.text("type"), in.number("strength"));
    }

    static ObjectNode write(NoiseReduction reduction) {
        ObjectNode json = Json.object().put("type", reduction.type());
        reduction.strength().ifPresent(strength -> json.put("strength", strength));
        return json;
    }

    /** @throws IllegalArgumentException if a member is out of range */
    static TurnDetection turnDetection(Fields in) {
        String type = in.text("type");
        return switch (type) {
            case "server_vad" ->
                new TurnDetection.ServerVad(
                        in.number("threshold"),
                        in.integer("prefix_padding_ms"),
                        in.integer("silence_duration_ms"),
                        in.flag("create_response"),
                        in.flag("interrupt_response"),
                        in.integer("idle_timeout_ms"));
            case "semantic_vad" ->
                new TurnDetection.SemanticVad(
                        in.anyText("eagerness"), in.flag("create_response"), in.flag("interrupt_response"));
            default -> new TurnDetection.UnrecognizedTurnDetection(type, in.whole());
        };
    }

    static ObjectNode write(TurnDetection detection) {
        if (detection instanceof TurnDetection.UnrecognizedTurnDetection unknown) {
            return Json.trustedObject(unknown.raw());
        }
        ObjectNode json = Json.object().put("type", detection.type());
        if (detection instanceof TurnDetection.ServerVad vad) {
            vad.threshold().ifPresent(value -> json.put("threshold", value));
            vad.prefixPaddingMillis().ifPresent(value -> json.put("prefix_padding_ms", value));
            vad.silenceDurationMillis().ifPresent(value -> json.put("silence_duration_ms", value));
            vad.createResponse().ifPresent(value -> json.put("create_response", value));
            vad.interruptResponse().ifPresent(value -> json.put("interrupt_response", value));
            vad.idleTimeoutMillis().ifPresent(value -> json.put("idle_timeout_ms", value));
        } else if (detection instanceof TurnDetection.SemanticVad vad) {
            vad.eagerness().ifPresent(value -> json.put("eagerness", value));
            vad.createResponse().ifPresent(value -> json.put("create_response", value));
            vad.interruptResponse().ifPresent(value -> json.put("interrupt_response", value));
        }
        return json;
    }

    static ArrayNode texts(List<String> texts) {
        ArrayNode array = Json.array();
        texts.forEach(array::add);
        return array;
    }
}
