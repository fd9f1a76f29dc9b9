package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.audio.SpeechSynthesizer;
import dev.antiphon.testkit.simulator.persona.Reply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The responses of a session: at most one in its conversation, any number out of band. What the user's turns
 * and the assistant itself ask for meanwhile waits for the one in the conversation.
 */
final class Responses implements ResponseRun.Host {
    /** Something that the assistant will say of its own accord. */
    private record Unasked(Reply reply, Runnable afterwards) {}

    private final SessionOptions options;
    private final Checkpoint checkpoint;
    private final SessionConfig config;
    private final boolean isCall;
    private final SessionLines lines;
    private final Conversation conversation;
    private final SessionItems items;
    private final McpTools mcp;
    private final Playback playback;
    private final IdleTimeout idle;
    private final ResponseContext context;
    private final TokenBudget tokens;
    private final SpeechSynthesizer voice;

    private final List<ResponseRun> running = new ArrayList<>();
    private final Map<ResponseRun, Runnable> afterwards = new HashMap<>();
    private final ArrayDeque<Unasked> unasked = new ArrayDeque<>();
    private boolean owed;
    private boolean hasSpoken;

    Responses(
            SessionOptions options,
            Checkpoint checkpoint,
            SessionConfig config,
            boolean isCall,
            SessionLines lines,
            Conversation conversation,
            SessionItems items,
            McpTools mcp,
            Playback playback,
            IdleTimeout idle) {
        this.options = options;
        this.checkpoint = checkpoint;
        this.config = config;
        this.isCall = isCall;
        this.lines = lines;
        this.conversation = conversation;
        this.items = items;
        this.mcp = mcp;
        this.playback = playback;
        this.idle = idle;
        context = new ResponseContext(config, conversation, mcp, options.persona());
        tokens = new TokenBudget(options.timeline());
        voice = new SpeechSynthesizer(options.seed());
    }

    boolean isAnyRunning() {
        return !running.isEmpty();
    }

    /** Whether sound of the assistant was ever sent. */
    boolean hasSpoken() {
        return hasSpoken;
    }

    /** Takes a {@code response.create}. */
    void create(JsonNode response) throws InvalidEvent {
        if (config.isTranscription()) {
            throw InvalidEvent.value("type", "A transcription session has no responses.");
        }
        Optional<ResponseRun> active = inConversation();
        if (!isOutOfBand(response) && active.isPresent()) {
            throw new InvalidEvent(
                    "conversation_already_has_active_response",
                    "",
                    "Conversation already has an active response in progress: "
                            + active.get().id() + ". Wait until the response is finished before creating a new one.");
        }
        List<Item> seen = context.items(response);
        mcp.discover(config.setting(response, "tools"));
        begin(response, seen, context.ask(seen, response));
    }

    /** Takes a {@code response.cancel}; without an id it means the one in the conversation. */
    void cancel(String responseId) throws InvalidEvent {
        Optional<ResponseRun> run = responseId.isEmpty()
                ? inConversation()
                : running.stream().filter(one -> one.id().equals(responseId)).findFirst();
        if (run.isEmpty()) {
            throw new InvalidEvent("response_cancel_not_active", "", "Cancellation failed: no active response found.");
        }
        run.get().cancel("client_cancelled");
    }

    /** Answers the user's turn, behind the response that is running. */
    void answerTurn() {
        if (inConversation().isPresent()) {
            owed = true;
        } else {
            createDefault();
        }
    }

    /** Begins a response by the session's settings, unless one runs in the conversation or the session is over. */
    void createDefault() {
        try {
            if (!lines.isOver() && inConversation().isEmpty()) {
                create(Json.object());
            }
        } catch (InvalidEvent e) {
            throw new IllegalStateException("a default response must be well formed", e);
        }
    }

    /** The user has begun to speak. */
    void interrupt() {
        inConversation().ifPresent(run -> run.cancel("turn_detected"));
        playback.clear();
    }

    /** As {@link Session#respond}. */
    void respond(Reply reply, Runnable whenDone) {
        unasked.add(new Unasked(reply, whenDone));
        speakUnasked();
    }

    private void speakUnasked() {
        if (lines.isOver()
                || config.isTranscription()
                || unasked.isEmpty()
                || inConversation().isPresent()) {
            return;
        }
        Unasked next = unasked.remove();
        List<Item> seen = conversation.items();
        ResponseRun run = begin(Json.object(), seen, context.resolve(next.reply(), seen));
        if (running.contains(run)) {
            afterwards.put(run, next.afterwards());
        } else {
            next.afterwards().run();
        }
    }

    /** Nothing runs any more. */
    void end() {
        running.forEach(ResponseRun::abandon);
        running.clear();
    }

    private Optional<ResponseRun> inConversation() {
        return running.stream().filter(run -> !run.isOutOfBand()).findFirst();
    }

    private static boolean isOutOfBand(JsonNode response) {
        return response.path("conversation").asString("auto").equals("none");
    }

    private ResponseRun begin(JsonNode response, List<Item> seen, Reply reply) {
        idle.disarm();
        ResponseRun run = new ResponseRun(
                options.ids().next("resp"),
                isOutOfBand(response) ? "" : conversation.id(),
                ResponseSettings.of(config, response),
                context.usage(seen, response),
                this,
                options,
                checkpoint,
                voice);
        running.add(run);
        run.start(reply);
        return run;
    }

    /** The sound of a call goes to its speaker; its sockets have it only if they are to mirror it. */
    @Override
    public void emit(ObjectNode event) {
        boolean sound = event.path("type").asString("").equals("response.output_audio.delta");
        if (!sound || !isCall || options.mirrorsAudio()) {
            lines.sendToAll(event);
        }
    }

    @Override
    public void itemOpened(Item item) {
        items.itemOpened(item);
    }

    @Override
    public void itemClosed(Item item) {
        items.itemClosed(item);
    }

    @Override
    public Optional<McpTools.Offer> mcpTool(String name, JsonNode tools) {
        return mcp.find(name, tools);
    }

    @Override
    public void approvalAsked(String requestItem, Reply.ToolCall call, Reply rest) {
        mcp.await(requestItem, new McpTools.Waiting(call, rest));
    }

    @Override
    public void soundStarted(ResponseRun run) {
        hasSpoken = true;
        if (isCall) {
            playback.started(run.id());
        }
    }

    @Override
    public void sounded(short[] samples) {
        playback.play(samples);
    }

    @Override
    public void finished(ResponseRun run, Usage usage, long audioMillis) {
        running.remove(run);
        lines.sendToAll(tokens.spend(usage.total()));
        playback.finished(run.id(), audioMillis);
        if (!lines.isOver()) {
            idle.arm(playback.untilHeard(audioMillis));
        }
        Optional.ofNullable(afterwards.remove(run)).ifPresent(Runnable::run);
        if (owed && inConversation().isEmpty()) {
            owed = false;
            options.timeline().after(Timeline.YIELD, this::createDefault);
        } else if (!unasked.isEmpty()) {
            options.timeline().after(Timeline.YIELD, this::speakUnasked);
        }
    }
}
