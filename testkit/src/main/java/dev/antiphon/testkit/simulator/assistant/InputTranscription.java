package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.persona.Persona;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the service tells about the words of committed audio: deltas, one for each word, segments with a speaker
 * where the model tells speakers apart, and at last the whole transcript, or that there is none.
 */
record InputTranscription(Persona persona, SessionConfig config, Ids ids, Consumer<ObjectNode> lines) {
    void of(Item item) {
        String transcript;
        try {
            transcript = persona.transcribe(Duration.ofMillis(item.audioMillis()));
        } catch (RuntimeException e) {
            fail(item);
            return;
        }
        ((ObjectNode) item.json.path("content").path(0)).put("transcript", transcript);
        List<String> words = List.of(transcript.split("(?<= )"));
        if (!isWhisper()) {
            words.forEach(word -> {
                ObjectNode delta = event("delta", item).put("content_index", 0).put("delta", word);
                putLogprobs(delta, List.of(word));
                lines.accept(delta);
            });
        }
        if (config.transcriber().contains("diarize")) {
            lines.accept(event("segment", item)
                    .put("content_index", 0)
                    .put("id", ids.next("seg"))
                    .put("text", transcript)
                    .put("speaker", "A")
                    .put("start", 0.0)
                    .put("end", item.audioMillis() / 1000.0));
        }
        ObjectNode completed = event("completed", item).put("content_index", 0).put("transcript", transcript);
        putLogprobs(completed, words);
        completed.set("usage", usage(item, transcript));
        lines.accept(completed);
    }

    private boolean isWhisper() {
        return config.transcriber().equals("whisper-1");
    }

    private void fail(Item item) {
        ObjectNode failed = event("failed", item).put("content_index", 0);
        failed.putObject("error")
                .put("type", "server_error")
                .put("code", "transcription_failed")
                .put("message", "The audio could not be transcribed.")
                .putNull("param");
        lines.accept(failed);
    }

    /** The probability of a word of the simulator is the same each time: the longer the less likely. */
    private void putLogprobs(ObjectNode event, List<String> words) {
        if (!config.includesLogprobs()) {
            return;
        }
        ArrayNode logprobs = event.putArray("logprobs");
        for (String word : words) {
            ObjectNode logprob = logprobs.addObject().put("token", word).put("logprob", -0.01 * word.length());
            ArrayNode bytes = logprob.putArray("bytes");
            for (byte one : word.getBytes(StandardCharsets.UTF_8)) {
                bytes.add(one & 0xff);
            }
        }
    }

    private ObjectNode usage(Item item, String transcript) {
        if (isWhisper()) {
            return Json.object().put("type", "duration").put("seconds", item.audioMillis() / 1000.0);
        }
        int out = (transcript.length() + 3) / 4;
        ObjectNode usage = Json.object()
                .put("type", "tokens")
                .put("total_tokens", item.audioTokens() + out)
                .put("input_tokens", item.audioTokens())
                .put("output_tokens", out);
        usage.putObject("input_token_details").put("text_tokens", 0).put("audio_tokens", item.audioTokens());
        return usage;
    }

    private static ObjectNode event(String what, Item item) {
        return Json.object()
                .put("type", "conversation.item.input_audio_transcription." + what)
                .put("item_id", item.id);
    }
}
