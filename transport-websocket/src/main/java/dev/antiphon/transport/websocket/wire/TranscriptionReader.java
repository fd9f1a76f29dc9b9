package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.LogProb;
import dev.antiphon.core.model.TranscriptionEvent;
import dev.antiphon.core.model.TranscriptionUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Events about the transcription of what the caller says. */
final class TranscriptionReader {
    private static final String PREFIX = "conversation.item.input_audio_transcription.";

    private TranscriptionReader() {}

    static void register(Map<String, ServerEventReader.Reader> by) {
        by.put(
                PREFIX + "delta",
                (e, in) -> new TranscriptionEvent.Delta(
                        e,
                        in.textIfAny("item_id"),
                        in.indexIfAny("content_index"),
                        in.textIfAny("delta"),
                        logProbs(in.node())));
        by.put(
                PREFIX + "completed",
                (e, in) -> new TranscriptionEvent.Completed(
                        e,
                        in.textIfAny("item_id"),
                        in.indexIfAny("content_index"),
                        in.text("transcript"),
                        usage(in.node().path("usage")),
                        languages(in.node()),
                        logProbs(in.node())));
        by.put(
                PREFIX + "failed",
                (e, in) -> new TranscriptionEvent.Failed(
                        e,
                        in.textIfAny("item_id"),
                        in.indexIfAny("content_index"),
                        ServerEventReader.error(in.node())));
        by.put(
                PREFIX + "segment",
                (e, in) -> new TranscriptionEvent.Segment(
                        e,
                        in.textIfAny("item_id"),
                        in.indexIfAny("content_index"),
                        in.textIfAny("id"),
                        in.text("text"),
                        in.textIfAny("speaker"),
                        in.numberIfAny("start"),
                        in.numberIfAny("end")));
    }

    private static List<String> languages(JsonNode event) {
        List<String> codes = new ArrayList<>();
        for (JsonNode language : event.path("languages")) {
            codes.add(Nodes.text(language, "code"));
        }
        return codes;
    }

    private static List<LogProb> logProbs(JsonNode event) {
        List<LogProb> logProbs = new ArrayList<>();
        for (JsonNode entry : event.path("logprobs")) {
            List<Integer> bytes = new ArrayList<>();
            for (JsonNode unit : entry.path("bytes")) {
                if (unit.isInt()) {
                    bytes.add(unit.intValue());
                }
            }
            logProbs.add(new LogProb(Nodes.text(entry, "token"), Nodes.numberOr0(entry, "logprob"), bytes));
        }
        return logProbs;
    }

    private static Optional<TranscriptionUsage> usage(JsonNode usage) {
        if (!usage.isObject()) {
            return Optional.empty();
        }
        JsonNode input = usage.path("input_token_details");
        return Optional.of(new TranscriptionUsage(
                Nodes.text(usage, "type"),
                Nodes.integerOr0(usage, "total_tokens"),
                Nodes.integerOr0(usage, "input_tokens"),
                Nodes.integerOr0(usage, "output_tokens"),
                Nodes.integerOr0(input, "text_tokens"),
                Nodes.integerOr0(input, "audio_tokens"),
                Nodes.numberOr0(usage, "seconds")));
    }
}
