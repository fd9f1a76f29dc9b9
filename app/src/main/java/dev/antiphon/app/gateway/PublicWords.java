package dev.antiphon.app.gateway;

import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.InputAudioBufferEvent;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.OutputAudioBufferEvent;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.ServerEventFold;
import dev.antiphon.core.model.TranscriptionEvent;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a page may know of the server's events, in words of the gateway. What is not named here stays here:
 * the session, its instructions and tools, sound, usage, ids of calls and responses.
 */
final class PublicWords implements ServerEventFold.OrElse<Optional<PublicWords.Told>> {
    /** An event as pages get it. */
    record Told(String name, ObjectNode data) {}

    @Override
    public Optional<Told> itemAdded(ConversationEvent.ItemAdded event) {
        if (event.item() instanceof Item.Message message) {
            return told("item", transcript(message.id(), message.role().wire()).put("after", event.previousItemId()));
        }
        return Optional.empty();
    }

    @Override
    public Optional<Told> speechStarted(InputAudioBufferEvent.SpeechStarted event) {
        return told("speech", Json.object().put("item", event.itemId()).put("state", "started"));
    }

    @Override
    public Optional<Told> speechStopped(InputAudioBufferEvent.SpeechStopped event) {
        return told("speech", Json.object().put("item", event.itemId()).put("state", "stopped"));
    }

    @Override
    public Optional<Told> transcriptionDelta(TranscriptionEvent.Delta event) {
        return told("transcript", transcript(event.itemId(), "user").put("delta", event.delta()));
    }

    @Override
    public Optional<Told> transcriptionCompleted(TranscriptionEvent.Completed event) {
        return told(
                "transcript",
                transcript(event.itemId(), "user")
                        .put("text", event.transcript())
                        .put("complete", true));
    }

    @Override
    public Optional<Told> outputAudioTranscriptDelta(ResponseEvent.OutputAudioTranscriptDelta event) {
        return told("transcript", transcript(event.itemId(), "assistant").put("delta", event.delta()));
    }

    @Override
    public Optional<Told> outputAudioTranscriptDone(ResponseEvent.OutputAudioTranscriptDone event) {
        return told(
                "transcript",
                transcript(event.itemId(), "assistant")
                        .put("text", event.transcript())
                        .put("complete", true));
    }

    @Override
    public Optional<Told> outputTextDelta(ResponseEvent.OutputTextDelta event) {
        return told("transcript", transcript(event.itemId(), "assistant").put("delta", event.delta()));
    }

    @Override
    public Optional<Told> outputTextDone(ResponseEvent.OutputTextDone event) {
        return told(
                "transcript",
                transcript(event.itemId(), "assistant")
                        .put("text", event.text())
                        .put("complete", true));
    }

    @Override
    public Optional<Told> responseCreated(ResponseEvent.Created event) {
        return told("response", Json.object().put("state", "started"));
    }

    @Override
    public Optional<Told> responseDone(ResponseEvent.Done event) {
        return told(
                "response",
                Json.object()
                        .put("state", "done")
                        .put("status", event.response().status()));
    }

    @Override
    public Optional<Told> outputAudioStarted(OutputAudioBufferEvent.Started event) {
        return told("sound", Json.object().put("state", "started"));
    }

    @Override
    public Optional<Told> outputAudioStopped(OutputAudioBufferEvent.Stopped event) {
        return told("sound", Json.object().put("state", "stopped"));
    }

    @Override
    public Optional<Told> outputAudioCleared(OutputAudioBufferEvent.Cleared event) {
        return told("sound", Json.object().put("state", "cleared"));
    }

    @Override
    public Optional<Told> orElse(ServerEvent event) {
        return Optional.empty();
    }

    /** The beginning of what is said about an item of the conversation. */
    static ObjectNode transcript(String item, String role) {
        return Json.object().put("item", item).put("role", role);
    }

    private static Optional<Told> told(String name, ObjectNode data) {
        return Optional.of(new Told(name, data));
    }
}
