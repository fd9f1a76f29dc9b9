package dev.antiphon.app.gateway;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.HandoffOutput;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.ToolCall;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ConversationEvent;
import dev.antiphon.core.model.InputAudioBufferEvent;
import dev.antiphon.core.model.Item;
import dev.antiphon.core.model.OutputAudioBufferEvent;
import dev.antiphon.core.model.ResponseEvent;
import dev.antiphon.core.model.ServerEvent;
import dev.antiphon.core.model.ServerEventFold;
import dev.antiphon.core.model.TranscriptionEvent;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells a call to browsers: of all that the sideband hears, what a page may know, in words of the gateway.
 * Answers tool calls. Neither the provider's call id nor anything of the session's configuration is told.
 */
final class CallNarrator implements ConversationListener, ServerEventFold.OrElse<@Nullable Void> {
    private final EventLog log;
    private final Map<String, GatewayTool> tools;
    private final long started = System.nanoTime();
    // Only touched by listener calls, which never overlap.
    private @Nullable Conversation conversation;

    CallNarrator(EventLog log, List<GatewayTool> tools) {
        this.log = log;
        this.tools = tools.stream()
                .collect(Collectors.toUnmodifiableMap(tool -> tool.definition().name(), Function.identity()));
    }

    /** A typed text and what becomes of it. */
    void typed(Receipt receipt, String text) {
        tell(
                "transcript",
                transcript(receipt.itemId(), "user").put("text", text).put("complete", true));
        follow(receipt, "text");
    }

    private void follow(Receipt receipt, String what) {
        receipt.outcome().thenAccept(outcome -> {
            ObjectNode told = Json.object()
                    .put("item", receipt.itemId())
                    .put("what", what)
                    .put("outcome", outcome.name())
                    .put("afterMillis", millis());
            if (outcome instanceof Outcome.NotSent lost) {
                told.put("reason", lost.reason().name());
            } else if (outcome instanceof Outcome.Unknown open) {
                told.put("reason", open.reason().name());
            }
            tell("receipt", told);
        });
    }

    @Override
    public void onStarted(Conversation live) {
        conversation = live;
    }

    @Override
    public void onPhase(Phase phase) {
        tell("phase", Json.object().put("phase", phase.name()).put("afterMillis", millis()));
    }

    @Override
    public void onJoining(int attempt) {
        tell("joining", Json.object().put("attempt", attempt).put("afterMillis", millis()));
    }

    @Override
    public void onEvent(ServerEvent event) {
        event.fold(this);
    }

    @Override
    public void onToolCall(ToolCall call) {
        GatewayTool tool = tools.get(call.name());
        String answer = tool == null
                ? Json.object().put("error", "there is no such tool").toString()
                : tool.answer(call.arguments());
        tell(
                "tool",
                Json.object()
                        .put("item", call.itemId())
                        .put("name", call.name())
                        .put("arguments", call.arguments())
                        .put("answer", answer)
                        .put("afterMillis", millis()));
        Conversation live = conversation;
        if (live != null) {
            follow(live.sendHandoffOutput(HandoffOutput.of(call.callId(), answer)), "tool");
        }
    }

    @Override
    public void onClosed(Closure closure) {
        ObjectNode end = Json.object()
                .put("initiator", closure.initiator().name())
                .put("orderly", closure.isOrderly())
                .put("afterMillis", millis());
        closure.cause().ifPresent(cause -> end.put("fault", cause.fault().name()));
        log.end("closed", end.toString());
    }

    @Override
    public @Nullable Void itemAdded(ConversationEvent.ItemAdded event) {
        if (event.item() instanceof Item.Message message) {
            tell(
                    "item",
                    transcript(message.id(), message.role().wire()).put("after", event.previousItemId()));
        }
        return null;
    }

    @Override
    public @Nullable Void speechStarted(InputAudioBufferEvent.SpeechStarted event) {
        return tell("speech", Json.object().put("item", event.itemId()).put("state", "started"));
    }

    @Override
    public @Nullable Void speechStopped(InputAudioBufferEvent.SpeechStopped event) {
        return tell("speech", Json.object().put("item", event.itemId()).put("state", "stopped"));
    }

    @Override
    public @Nullable Void transcriptionDelta(TranscriptionEvent.Delta event) {
        return tell("transcript", transcript(event.itemId(), "user").put("delta", event.delta()));
    }

    @Override
    public @Nullable Void transcriptionCompleted(TranscriptionEvent.Completed event) {
        return tell(
                "transcript",
                transcript(event.itemId(), "user")
                        .put("text", event.transcript())
                        .put("complete", true));
    }

    @Override
    public @Nullable Void outputAudioTranscriptDelta(ResponseEvent.OutputAudioTranscriptDelta event) {
        return tell("transcript", transcript(event.itemId(), "assistant").put("delta", event.delta()));
    }

    @Override
    public @Nullable Void outputAudioTranscriptDone(ResponseEvent.OutputAudioTranscriptDone event) {
        return tell(
                "transcript",
                transcript(event.itemId(), "assistant")
                        .put("text", event.transcript())
                        .put("complete", true));
    }

    @Override
    public @Nullable Void outputTextDelta(ResponseEvent.OutputTextDelta event) {
        return tell("transcript", transcript(event.itemId(), "assistant").put("delta", event.delta()));
    }

    @Override
    public @Nullable Void outputTextDone(ResponseEvent.OutputTextDone event) {
        return tell(
                "transcript",
                transcript(event.itemId(), "assistant").put("text", event.text()).put("complete", true));
    }

    @Override
    public @Nullable Void responseCreated(ResponseEvent.Created event) {
        return tell("response", Json.object().put("state", "started"));
    }

    @Override
    public @Nullable Void responseDone(ResponseEvent.Done event) {
        return tell(
                "response",
                Json.object().put("state", "done").put("status", event.response().status()));
    }

    @Override
    public @Nullable Void outputAudioStarted(OutputAudioBufferEvent.Started event) {
        return tell("sound", Json.object().put("state", "started"));
    }

    @Override
    public @Nullable Void outputAudioStopped(OutputAudioBufferEvent.Stopped event) {
        return tell("sound", Json.object().put("state", "stopped"));
    }

    @Override
    public @Nullable Void outputAudioCleared(OutputAudioBufferEvent.Cleared event) {
        return tell("sound", Json.object().put("state", "cleared"));
    }

    @Override
    public @Nullable Void orElse(ServerEvent event) {
        return null;
    }

    private static ObjectNode transcript(String item, String role) {
        return Json.object().put("item", item).put("role", role);
    }

    private @Nullable Void tell(String name, ObjectNode json) {
        log.append(name, json.toString());
        return null;
    }

    private long millis() {
        return (System.nanoTime() - started) / 1_000_000;
    }
}
