package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.audio.WireAudio;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is in force for one response: the session's settings with the response's own on top. */
record ResponseSettings(
        boolean spoken,
        JsonNode voice,
        WireAudio format,
        double speed,
        JsonNode maxTokens,
        JsonNode tools,
        JsonNode metadata) {
    static ResponseSettings of(SessionConfig config, JsonNode response) {
        return new ResponseSettings(
                !config.setting(response, "output_modalities")
                        .path(0)
                        .asString("audio")
                        .equals("text"),
                config.setting(response, "audio", "output", "voice"),
                WireAudio.ofMimeType(config.setting(response, "audio", "output", "format")
                        .path("type")
                        .asString("")),
                config.speed(),
                config.setting(response, "max_output_tokens"),
                config.setting(response, "tools"),
                response.path("metadata"));
    }

    String voiceName() {
        return voice.isObject() ? voice.path("id").asString("") : voice.asString("marin");
    }

    int tokenLimit() {
        return maxTokens.isIntegralNumber() ? maxTokens.intValue() : Integer.MAX_VALUE;
    }

    void describe(ObjectNode response) {
        response.putArray("output_modalities").add(spoken ? "audio" : "text");
        response.set("max_output_tokens", maxTokens);
        ObjectNode output = response.putObject("audio").putObject("output");
        ObjectNode json = output.putObject("format").put("type", format.mimeType());
        if (format == WireAudio.PCM) {
            json.put("rate", WireAudio.SAMPLE_RATE);
        }
        output.set("voice", voice);
        if (metadata.isObject()) {
            response.set("metadata", metadata);
        } else {
            response.putNull("metadata");
        }
    }
}
