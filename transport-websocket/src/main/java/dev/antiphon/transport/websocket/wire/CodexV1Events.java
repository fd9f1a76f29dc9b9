package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.TranscriptionEvent;
import java.util.HashMap;
import java.util.Map;

/** Server events of codex V1 as the events of the Realtime API that mean the same. */
final class CodexV1Events {
    /** The tool that a hand-off is a call of. */
    static final String HANDOFF = "handoff";

    private CodexV1Events() {}

    static Map<String, ServerEventReader.Reader> readers() {
        Map<String, ServerEventReader.Reader> by = new HashMap<>(ServerEventReader.realtime());
        by.put(
                "conversation.output_audio.delta",
                (e, in) -> new ResponseEvent.OutputAudioDelta(
                        e,
                        "",
                        in.textIfAny("item_id"),
                        0,
                        0,
                        ServerEventReader.audio(in, in.isAbsent("delta") ? "data" : "delta")));
        by.put(
                "conversation.output_transcript.delta",
                (e, in) -> new ResponseEvent.OutputAudioTranscriptDelta(
                        e, "", in.textIfAny("item_id"), 0, 0, in.text("delta")));
        by.put(
                "conversation.input_transcript.delta",
                (e, in) -> new TranscriptionEvent.Delta(e, in.textIfAny("item_id"), 0, in.text("delta")));
        by.put(
                "conversation.input_transcript.turn_marked",
                (e, in) -> new TranscriptionEvent.Completed(e, in.textIfAny("item_id"), 0, in.text("transcript")));
        by.put(
                "conversation.handoff.requested",
                (e, in) -> new ConversationEvent.ItemDone(
                        e,
                        new Item.FunctionCall(in.textIfAny("item_id"), in.text("handoff_id"), HANDOFF, arguments(in)),
                        ""));
        return Map.copyOf(by);
    }

    /** What the caller said, in the form in which a model calls a tool. */
    private static String arguments(Members in) throws MalformedEventException {
        return JsonWriter.text(Json.object().put("input_transcript", in.text("input_transcript")));
    }
}
