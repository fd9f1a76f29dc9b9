package dev.antiphon.testkit.simulator.assistant;

import tools.jackson.databind.node.ObjectNode;

/** Token counts of one response; totals are always the sum of their details. */
record Usage(int inputText, int inputAudio, int cachedText, int cachedAudio, int outputText, int outputAudio) {
    int total() {
        return inputText + inputAudio + outputText + outputAudio;
    }

    ObjectNode toJson() {
        ObjectNode usage = Json.object();
        usage.put("total_tokens", total());
        usage.put("input_tokens", inputText + inputAudio);
        usage.put("output_tokens", outputText + outputAudio);
        ObjectNode input = usage.putObject("input_token_details");
        input.put("text_tokens", inputText);
        input.put("audio_tokens", inputAudio);
        input.put("image_tokens", 0);
        input.put("cached_tokens", cachedText + cachedAudio);
        ObjectNode cached = input.putObject("cached_tokens_details");
        cached.put("text_tokens", cachedText);
        cached.put("audio_tokens", cachedAudio);
        cached.put("image_tokens", 0);
        ObjectNode output = usage.putObject("output_token_details");
        output.put("text_tokens", outputText);
        output.put("audio_tokens", outputAudio);
        return usage;
    }
}
