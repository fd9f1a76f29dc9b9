package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.audio.SpeechSynthesizer;
import dev.antiphon.testkit.simulator.audio.SpeechSynthesizer.SpokenWord;
import dev.antiphon.testkit.simulator.persona.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One response from {@code response.created} to {@code response.done}. The reply is turned into a queue of
 * small steps with waits between them; a cancel drops the steps that are left and closes what is open.
 * {@code response.done} is sent exactly once.
 */
final class ResponseRun implements OutputItem.Target {
    /** The session around a response. */
    interface Host {
        void emit(ObjectNode event);

        /** An output of the default conversation begins; it takes its place in the list. */
        void itemOpened(Item item);

        void itemClosed(Item item);

        /** The MCP tool of this name, with these tools in force. */
        Optional<McpTools.Offer> mcpTool(String name, JsonNode tools);

        /** A call was put before the client; what comes behind it waits for the answer. */
        void approvalAsked(String requestItem, Reply.ToolCall call, Reply afterwards);

        void soundStarted(ResponseRun run);

        /** The next sound to be heard, 24 kHz. */
        void sounded(short[] samples);

        /** After {@code response.done}. */
        void finished(ResponseRun run, Usage usage, long audioMillis);
    }

    private static final int DELTA_MILLIS = 200;
    private static final int ARGUMENT_DELTA = 16;

    private final String id;
    private final String conversationId;
    private final ResponseSettings settings;
    private final Usage input;
    private final Host host;
    private final SessionOptions options;
    private final Checkpoint checkpoint;
    private final SpeechSynthesizer voice;

    private final StepQueue steps;
    private final List<OutputItem> outputs = new ArrayList<>();
    private Optional<OutputItem> open = Optional.empty();
    private boolean streaming;
    private boolean soundAnnounced;
    private int tokensLeft;

    /** @param conversationId empty for a response out of band */
    ResponseRun(
            String id,
            String conversationId,
            ResponseSettings settings,
            Usage input,
            Host host,
            SessionOptions options,
            Checkpoint checkpoint,
            SpeechSynthesizer voice) {
        this.id = id;
        this.conversationId = conversationId;
        this.settings = settings;
        this.input = input;
        this.host = host;
        this.options = options;
        this.checkpoint = checkpoint;
        this.voice = voice;
        steps = new StepQueue(options.timeline());
        tokensLeft = settings.tokenLimit();
    }

    String id() {
        return id;
    }

    boolean isOutOfBand() {
        return conversationId.isEmpty();
    }

    void start(Reply reply) {
        send("response.created", describe("in_progress", Json.object(), Optional.empty()));
        if (plan(reply)) {
            step(() -> finish("completed", Json.object()));
        }
        steps.run();
    }

    /**
     * Cuts the response off.
     *
     * @param reason {@code client_cancelled} or {@code turn_detected}
     */
    void cancel(String reason) {
        if (!steps.isStopped()) {
            finish("cancelled", Json.object().put("type", "cancelled").put("reason", reason));
        }
    }

    /** Stops without a word, when nobody is left to hear it. */
    void abandon() {
        steps.stop();
    }

    /** @return whether the reply runs to its natural end */
    private boolean plan(Reply reply) {
        List<Reply.Output> planned = reply.outputs();
        for (int i = 0; i < planned.size(); i++) {
            Reply.Output output = planned.get(i);
            if (output instanceof Reply.Failure failure) {
                step(() -> fail(failure));
                return false;
            }
            if (output instanceof Reply.CutShort cut) {
                step(() -> incomplete(cut.reason()));
                return false;
            }
            boolean whole;
            Optional<McpTools.Offer> mcp = mcpTool(output);
            if (mcp.isPresent() && mcp.get().needsApproval() && output instanceof Reply.ToolCall call) {
                planApproval(mcp.get(), call, Reply.of(planned.subList(i + 1, planned.size())));
                return true;
            } else if (mcp.isPresent()) {
                whole = planMcpCall(mcp.get(), output);
            } else if (output instanceof Reply.ToolCall call) {
                whole = planCall(call);
            } else if (output instanceof Reply.Sound sound) {
                whole = planMessage(List.of(new SpokenWord(sound.transcript(), sound.samples())));
            } else if (output instanceof Reply.Speaking speaking) {
                whole = planMessage(voice.speakFor(speaking.length().toMillis(), settings.voiceName()));
            } else if (output instanceof Reply.Speech speech) {
                whole = planMessage(voice.speak(speech.text(), settings.voiceName(), settings.speed()));
            } else {
                planWait(output);
                whole = true;
            }
            if (!whole) {
                step(() -> incomplete("max_output_tokens"));
                return false;
            }
        }
        return true;
    }

    private void planWait(Reply.Output output) {
        if (output instanceof Reply.Pause pause) {
            step(pause.length(), () -> {});
        } else if (output instanceof Reply.Passage passage) {
            // Whoever lets us through may do so on a thread of his own.
            steps.addPassage(onward ->
                    passage.guard().accept(() -> options.timeline().after(Timeline.YIELD, onward)));
        } else {
            throw new IllegalStateException("no way to say " + output);
        }
    }

    private boolean planCall(Reply.ToolCall call) {
        step(() -> open(OutputItem.functionCall(
                options.ids().next("item"), options.ids().next("call"), call.name())));
        if (!planArguments(call.arguments())) {
            return false;
        }
        step(() -> close(true));
        return true;
    }

    private boolean planArguments(String arguments) {
        for (int i = 0; i < arguments.length(); i += ARGUMENT_DELTA) {
            String delta = arguments.substring(i, Math.min(arguments.length(), i + ARGUMENT_DELTA));
            if (!spend(delta)) {
                return false;
            }
            step(options.pacing().forText(), () -> current().argumentsDelta(delta));
            checkpoint();
        }
        return true;
    }

    private Optional<McpTools.Offer> mcpTool(Reply.Output output) {
        if (output instanceof Reply.ToolCall call) {
            return host.mcpTool(call.name(), settings.tools());
        }
        return output instanceof Reply.Approved approved
                ? host.mcpTool(approved.call().name(), settings.tools())
                : Optional.empty();
    }

    private void planApproval(McpTools.Offer tool, Reply.ToolCall call, Reply afterwards) {
        String request = options.ids().next("mcpr");
        step(() -> {
            open(OutputItem.approvalRequest(request, tool, call.arguments()));
            host.approvalAsked(request, call, afterwards);
        });
        step(() -> close(true));
    }

    private boolean planMcpCall(McpTools.Offer tool, Reply.Output output) {
        boolean approved = output instanceof Reply.Approved;
        String request = output instanceof Reply.Approved given ? given.requestId() : "";
        String arguments =
                approved ? ((Reply.Approved) output).call().arguments() : ((Reply.ToolCall) output).arguments();
        step(() -> open(OutputItem.mcpCall(options.ids().next("mcp"), tool, request)));
        if (!planArguments(arguments)) {
            return false;
        }
        step(() -> current().mcpBegun());
        step(Timeline.YIELD, () -> {
            current().mcpAnswered(tool.call(arguments));
            close(true);
        });
        return true;
    }

    private boolean planMessage(List<SpokenWord> words) {
        step(() -> open(OutputItem.message(options.ids().next("item"))));
        step(this::openPart);
        SampleQueue sound = new SampleQueue();
        for (SpokenWord word : words) {
            if (!spend(word.text())) {
                return false;
            }
            step(
                    settings.spoken() ? Duration.ZERO : options.pacing().forText(),
                    () -> current().textDelta(word.text()));
            if (settings.spoken()) {
                sound.add(word.samples());
                planSound(sound, false);
            } else {
                checkpoint();
            }
        }
        if (settings.spoken()) {
            planSound(sound, true);
        }
        step(() -> close(true));
        return true;
    }

    private void planSound(SampleQueue sound, boolean rest) {
        int whole = 24 * DELTA_MILLIS;
        while (sound.size() >= whole || (rest && sound.size() > 0)) {
            short[] samples = sound.take(whole);
            byte[] wire = settings.format().toWire(samples);
            step(options.pacing().forAudio(samples.length / 24), () -> {
                current().audioDelta(wire);
                host.sounded(samples);
            });
            checkpoint();
        }
    }

    private boolean spend(String text) {
        tokensLeft -= Math.max(1, (text.length() + 3) / 4);
        return tokensLeft >= 0;
    }

    private void open(ObjectNode json) {
        Item item = new Item(json.path("id").asString(""), json, settings.format());
        OutputItem output = new OutputItem(this, item, settings.format(), id, outputs.size());
        outputs.add(output);
        open = Optional.of(output);
        output.open();
    }

    private void openPart() {
        current().openPart(settings.spoken());
        if (settings.spoken() && !soundAnnounced) {
            soundAnnounced = true;
            host.soundStarted(this);
        }
    }

    private OutputItem current() {
        return open.orElseThrow();
    }

    private void close(boolean complete) {
        OutputItem output = current();
        open = Optional.empty();
        output.close(complete);
    }

    private void incomplete(String reason) {
        finish("incomplete", Json.object().put("type", "incomplete").put("reason", reason));
    }

    private void fail(Reply.Failure failure) {
        ObjectNode details = Json.object().put("type", "failed");
        details.putObject("error").put("type", failure.type()).put("code", failure.code());
        finish("failed", details);
    }

    private void finish(String status, ObjectNode details) {
        steps.stop();
        if (open.isPresent()) {
            close(false);
        }
        Usage usage = usage();
        send("response.done", describe(status, details, Optional.of(usage)));
        host.finished(
                this, usage, outputs.stream().mapToLong(OutputItem::audioMillis).sum());
    }

    private Usage usage() {
        int text = outputs.stream().mapToInt(OutputItem::textTokens).sum();
        int audio = outputs.stream().mapToInt(OutputItem::audioTokens).sum();
        return new Usage(input.inputText(), input.inputAudio(), input.cachedText(), input.cachedAudio(), text, audio);
    }

    private ObjectNode describe(String status, ObjectNode details, Optional<Usage> usage) {
        ObjectNode response = Json.object();
        response.put("id", id);
        response.put("object", "realtime.response");
        response.put("status", status);
        if (details.isEmpty()) {
            response.putNull("status_details");
        } else {
            response.set("status_details", details);
        }
        ArrayNode output = response.putArray("output");
        outputs.forEach(item -> output.add(item.item().snapshot()));
        if (isOutOfBand()) {
            response.putNull("conversation_id");
        } else {
            response.put("conversation_id", conversationId);
        }
        settings.describe(response);
        usage.ifPresentOrElse(tokens -> response.set("usage", tokens.toJson()), () -> response.putNull("usage"));
        return response;
    }

    private void send(String type, ObjectNode response) {
        ObjectNode event = Json.object();
        event.put("type", type);
        event.set("response", response);
        host.emit(event);
    }

    @Override
    public void emit(ObjectNode event) {
        host.emit(event);
    }

    @Override
    public void itemOpened(Item item) {
        if (!isOutOfBand()) {
            host.itemOpened(item);
        }
    }

    @Override
    public void itemClosed(Item item) {
        if (!isOutOfBand()) {
            host.itemClosed(item);
        }
    }

    private void step(Runnable action) {
        step(Duration.ZERO, action);
    }

    private void step(Duration before, Runnable action) {
        steps.add(before, action);
    }

    private void checkpoint() {
        if (!streaming) {
            streaming = true;
            steps.addPassage(checkpoint::streaming);
        }
    }
}
