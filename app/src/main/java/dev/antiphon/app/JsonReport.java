package dev.antiphon.app;

import dev.antiphon.core.Conversation;
import dev.antiphon.core.ConversationSummary;
import dev.antiphon.core.Outcome;
import dev.antiphon.core.Phase;
import dev.antiphon.core.model.Closure;
import dev.antiphon.core.model.DecodeError;
import dev.antiphon.core.model.SdpAnswer;
import dev.antiphon.core.model.ServerEvent;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** One JSON object a line for programs; {@code docs/command-line.md} lists the shapes. */
final class JsonReport implements TalkReport {
    private final JsonLines lines;
    private final Stopwatch watch;

    JsonReport(JsonLines lines, Stopwatch watch) {
        this.lines = lines;
        this.watch = watch;
    }

    private void write(ObjectNode event) {
        lines.write(event.put("atMillis", watch.millis()));
    }

    @Override
    public void started(Conversation conversation) {
        phase(Phase.OPENING);
    }

    @Override
    public void phase(Phase phase) {
        write(JsonLines.event("phase").put("phase", phase.name()));
    }

    @Override
    public void answer(SdpAnswer answer) {
        write(JsonLines.event("answer").put("sdp", answer.text()));
    }

    @Override
    public void joining(int attempt) {
        write(JsonLines.event("joining").put("attempt", attempt));
    }

    @Override
    public void said(Said item) {
        // The outcome tells it.
    }

    @Override
    public void outcome(Said item, Outcome outcome) {
        write(JsonLines.event("receipt")
                .put("channel", item.channel())
                .put("id", item.receipt().itemId())
                .put("eventId", item.receipt().eventId())
                .put("outcome", outcome.name())
                .put("reason", Outcomes.reason(outcome)));
    }

    @Override
    public void speaking(long millis) {
        // The audio counts tell it.
    }

    @Override
    public void audio(long accepted, long dropped, boolean last) {
        write(JsonLines.event("audio").put("accepted", accepted).put("dropped", dropped));
    }

    @Override
    public void event(ServerEvent event) {
        if (event instanceof DecodeError error) {
            write(JsonLines.event("decode-error").put("reason", error.reason()));
            return;
        }
        ObjectNode line = JsonLines.event("server").put("type", event.type());
        try {
            line.set("json", JsonLines.parse(event.raw().text()));
        } catch (JacksonException unreadable) {
            line.put("json", event.raw().text());
        }
        write(line);
    }

    @Override
    public void closed(Closure closure, ConversationSummary summary) {
        phase(Phase.CLOSED);
        ObjectNode line = JsonLines.event("closed")
                .put("initiator", closure.initiator().name())
                .put("code", closure.code())
                .put("text", closure.text());
        line.putObject("discarded")
                .put("texts", closure.discarded().texts())
                .put("handoffs", closure.discarded().handoffs())
                .put("audioFrames", closure.discarded().audioFrames());
        write(line);
    }
}
