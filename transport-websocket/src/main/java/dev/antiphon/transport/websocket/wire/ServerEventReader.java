package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.AudioData;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.Envelope;
import dev.antiphon.core.model.ErrorDetail;
import dev.antiphon.core.model.InputAudioBufferEvent;
import dev.antiphon.core.model.RateLimitsUpdated;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerError;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.SessionEvent;
import dev.antiphon.core.model.TranscriptionEvent;
import dev.antiphon.core.model.Unrecognized;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Server events by type. */
final class ServerEventReader {
    /** Reads the events of one type. */
    interface Reader {
        ServerEvent read(Envelope envelope, Members in) throws MalformedEventException;
    }

    private static final Map<String, Reader> READERS = readers();

    private ServerEventReader() {}

    static ServerEvent read(Envelope envelope, ObjectNode json) throws MalformedEventException {
        Reader reader = READERS.get(envelope.type());
        return reader == null ? new Unrecognized(envelope) : reader.read(envelope, new Members(envelope.type(), json));
    }

    private static Map<String, Reader> readers() {
        Map<String, Reader> readers = new HashMap<>();
        readers.put("error", (e, in) -> new ServerError(e, error(in.node())));
        readers.put("session.created", (e, in) -> new SessionEvent.Created(e, SessionJson.info(in.object("session"))));
        readers.put("session.updated", (e, in) -> new SessionEvent.Updated(e, SessionJson.info(in.object("session"))));
        readers.put(
                "conversation.item.added",
                (e, in) -> new ConversationEvent.ItemAdded(
                        e, ItemJson.read(in.object("item")), in.textIfAny("previous_item_id")));
        readers.put(
                "conversation.item.done",
                (e, in) -> new ConversationEvent.ItemDone(
                        e, ItemJson.read(in.object("item")), in.textIfAny("previous_item_id")));
        readers.put(
                "conversation.item.created",
                (e, in) -> new ConversationEvent.ItemCreated(
                        e, ItemJson.read(in.object("item")), in.textIfAny("previous_item_id")));
        readers.put(
                "conversation.item.truncated",
                (e, in) -> new ConversationEvent.ItemTruncated(
                        e, in.textIfAny("item_id"), in.indexIfAny("content_index"), in.integerIfAny("audio_end_ms")));
        readers.put("conversation.item.deleted", (e, in) -> new ConversationEvent.ItemDeleted(e, in.text("item_id")));
        readers.put(
                "conversation.item.input_audio_transcription.delta",
                (e, in) -> new TranscriptionEvent.Delta(
                        e, in.textIfAny("item_id"), in.indexIfAny("content_index"), in.textIfAny("delta")));
        readers.put(
                "conversation.item.input_audio_transcription.completed",
                (e, in) -> new TranscriptionEvent.Completed(
                        e, in.textIfAny("item_id"), in.indexIfAny("content_index"), in.text("transcript")));
        readers.put(
                "conversation.item.input_audio_transcription.failed",
                (e, in) -> new TranscriptionEvent.Failed(
                        e, in.textIfAny("item_id"), in.indexIfAny("content_index"), error(in.node())));
        readers.put(
                "input_audio_buffer.speech_started",
                (e, in) -> new InputAudioBufferEvent.SpeechStarted(
                        e, in.textIfAny("item_id"), in.integerIfAny("audio_start_ms")));
        readers.put(
                "input_audio_buffer.speech_stopped",
                (e, in) -> new InputAudioBufferEvent.SpeechStopped(
                        e, in.textIfAny("item_id"), in.integerIfAny("audio_end_ms")));
        readers.put(
                "input_audio_buffer.committed",
                (e, in) -> new InputAudioBufferEvent.Committed(
                        e, in.textIfAny("item_id"), in.textIfAny("previous_item_id")));
        readers.put("input_audio_buffer.cleared", (e, in) -> new InputAudioBufferEvent.Cleared(e));
        readers.put("rate_limits.updated", (e, in) -> new RateLimitsUpdated(e, rateLimits(in)));
        responses(readers);
        readers.put("response.audio.delta", readers.get("response.output_audio.delta"));
        readers.put("response.audio.done", readers.get("response.output_audio.done"));
        readers.put("response.audio_transcript.delta", readers.get("response.output_audio_transcript.delta"));
        readers.put("response.audio_transcript.done", readers.get("response.output_audio_transcript.done"));
        readers.put("response.text.delta", readers.get("response.output_text.delta"));
        readers.put("response.text.done", readers.get("response.output_text.done"));
        return Map.copyOf(readers);
    }

    private static void responses(Map<String, Reader> readers) {
        readers.put(
                "response.created", (e, in) -> new ResponseEvent.Created(e, ResponseJson.read(in.object("response"))));
        readers.put("response.done", (e, in) -> new ResponseEvent.Done(e, ResponseJson.read(in.object("response"))));
        readers.put(
                "response.output_item.added",
                (e, in) -> new ResponseEvent.OutputItemAdded(
                        e,
                        in.textIfAny("response_id"),
                        in.indexIfAny("output_index"),
                        ItemJson.read(in.object("item"))));
        readers.put(
                "response.output_item.done",
                (e, in) -> new ResponseEvent.OutputItemDone(
                        e,
                        in.textIfAny("response_id"),
                        in.indexIfAny("output_index"),
                        ItemJson.read(in.object("item"))));
        readers.put(
                "response.output_text.delta",
                (e, in) -> new ResponseEvent.OutputTextDelta(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.indexIfAny("content_index"),
                        in.text("delta")));
        readers.put(
                "response.output_text.done",
                (e, in) -> new ResponseEvent.OutputTextDone(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.indexIfAny("content_index"),
                        in.text("text")));
        readers.put(
                "response.output_audio_transcript.delta",
                (e, in) -> new ResponseEvent.OutputAudioTranscriptDelta(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.indexIfAny("content_index"),
                        in.text("delta")));
        readers.put(
                "response.output_audio_transcript.done",
                (e, in) -> new ResponseEvent.OutputAudioTranscriptDone(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.indexIfAny("content_index"),
                        in.text("transcript")));
        readers.put(
                "response.output_audio.delta",
                (e, in) -> new ResponseEvent.OutputAudioDelta(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.indexIfAny("content_index"),
                        audio(in)));
        readers.put(
                "response.output_audio.done",
                (e, in) -> new ResponseEvent.OutputAudioDone(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.indexIfAny("content_index")));
        readers.put(
                "response.function_call_arguments.delta",
                (e, in) -> new ResponseEvent.FunctionCallArgumentsDelta(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.textIfAny("call_id"),
                        in.text("delta")));
        readers.put(
                "response.function_call_arguments.done",
                (e, in) -> new ResponseEvent.FunctionCallArgumentsDone(
                        e,
                        in.textIfAny("response_id"),
                        in.textIfAny("item_id"),
                        in.indexIfAny("output_index"),
                        in.textIfAny("call_id"),
                        in.textIfAny("name"),
                        in.text("arguments")));
    }

    private static AudioData audio(Members in) throws MalformedEventException {
        try {
            return AudioData.of(Base64.getDecoder().decode(in.text("delta")));
        } catch (IllegalArgumentException e) {
            throw new MalformedEventException("response.output_audio.delta: delta is not base64");
        }
    }

    /** Whatever shape an error has, it is shown: nested, on the top level, or just a text. */
    private static ErrorDetail error(ObjectNode event) {
        JsonNode error = event.get("error");
        if (error != null && error.isObject()) {
            return new ErrorDetail(
                    Nodes.text(error, "type"),
                    Nodes.text(error, "code"),
                    Nodes.text(error, "message"),
                    Nodes.text(error, "param"),
                    Nodes.text(error, "event_id"));
        }
        String message = error != null && error.isString() ? error.stringValue() : Nodes.text(event, "message");
        return new ErrorDetail("", Nodes.text(event, "code"), message, "", "");
    }

    private static List<RateLimitsUpdated.RateLimit> rateLimits(Members in) throws MalformedEventException {
        List<RateLimitsUpdated.RateLimit> limits = new ArrayList<>();
        for (JsonNode limit : in.array("rate_limits")) {
            limits.add(new RateLimitsUpdated.RateLimit(
                    Nodes.text(limit, "name"),
                    Nodes.integerOr0(limit, "limit"),
                    Nodes.integerOr0(limit, "remaining"),
                    Nodes.numberOr0(limit, "reset_seconds")));
        }
        return limits;
    }
}
