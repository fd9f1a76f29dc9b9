package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ContentPart;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Content parts. */
final class PartJson {
    private PartJson() {}

    static ContentPart read(Fields in) {
        String type = in.text("type");
        if (omitsItsContent(type, in)) {
            return new ContentPart.UnrecognizedPart(type, in.whole());
        }
        return switch (type) {
            case "input_text" -> new ContentPart.InputText(in.requiredText("text"), in.rest());
            case "output_text" -> new ContentPart.OutputText(in.requiredText("text"), in.rest());
            case "text" -> {
                in.release("type");
                yield new ContentPart.OutputText(in.requiredText("text"), in.rest());
            }
            case "input_audio", "output_audio", "audio" ->
                new ContentPart.Audio(
                        type, in.anyText("audio").map(Base64Audio::new), in.anyText("transcript"), in.rest());
            case "input_image" ->
                new ContentPart.InputImage(in.requiredText("image_url"), in.optionalText("detail"), in.rest());
            default -> new ContentPart.UnrecognizedPart(type, in.whole());
        };
    }

    /** Allowed by the API, and nothing that a typed part could say. */
    private static boolean omitsItsContent(String type, Fields in) {
        return switch (type) {
            case "input_text", "output_text", "text" -> in.omits("text");
            case "input_image" -> in.omits("image_url");
            default -> false;
        };
    }

    static JsonNode write(ContentPart part) {
        return part.fold(new Writer());
    }

    static String base64(AudioData audio) {
        return audio instanceof Base64Audio base64 ? base64.text() : Base64Audio.encode(audio.bytes());
    }

    private static final class Writer implements ContentPart.Fold<JsonNode> {
        @Override
        public JsonNode inputText(ContentPart.InputText part) {
            return Extras.apply(part.extra(), typed("input_text").put("text", part.text()));
        }

        @Override
        public JsonNode outputText(ContentPart.OutputText part) {
            return Extras.apply(part.extra(), typed("output_text").put("text", part.text()));
        }

        @Override
        public JsonNode audio(ContentPart.Audio part) {
            ObjectNode json = typed(part.type());
            part.audio().ifPresent(audio -> json.put("audio", base64(audio)));
            part.transcript().ifPresent(text -> json.put("transcript", text));
            return Extras.apply(part.extra(), json);
        }

        @Override
        public JsonNode inputImage(ContentPart.InputImage part) {
            ObjectNode json = typed("input_image").put("image_url", part.imageUrl());
            part.detail().ifPresent(detail -> json.put("detail", detail));
            return Extras.apply(part.extra(), json);
        }

        @Override
        public JsonNode unrecognized(ContentPart.UnrecognizedPart part) {
            return Json.trusted(part.raw());
        }

        private static ObjectNode typed(String type) {
            return Json.object().put("type", type);
        }
    }
}
