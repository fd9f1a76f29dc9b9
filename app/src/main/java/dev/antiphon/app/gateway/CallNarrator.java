package dev.antiphon.app.gateway;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationListener;
import dev.antiphon.core.HandoffOutput;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.Receipt;
import dev.antiphon.core.ToolCall;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.ServerEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells a call to browsers: of all that the sideband hears, what a page may know, in words of the gateway.
 * Answers tool calls. Neither the provider's call id nor anything of the session's configuration is told.
 */
final class CallNarrator implements ConversationListener {
    private final EventLog log;
    private final Map<String, GatewayTool> tools;
    private final PublicWords words = new PublicWords();
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
                PublicWords.transcript(receipt.itemId(), "user")
                        .put("text", text)
                        .put("complete", true));
        follow(receipt, "text");
    }

    /** A response that was asked for; that one came is told by its events. */
    void asked(CompletionStage<String> response) {
        response.whenComplete((id, refusal) -> {
            if (refusal != null) {
                tell("response", Json.object().put("state", "refused"));
            }
        });
    }

    private void follow(Receipt receipt, String what) {
        receipt.outcome().whenComplete((outcome, never) -> {
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
        event.fold(words).ifPresent(told -> tell(told.name(), told.data()));
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
        closure.fault().ifPresent(fault -> end.put("fault", fault.name()));
        log.end("closed", end.toString());
    }

    private void tell(String name, ObjectNode json) {
        log.append(name, json.toString());
    }

    private long millis() {
        return (System.nanoTime() - started) / 1_000_000;
    }
}
