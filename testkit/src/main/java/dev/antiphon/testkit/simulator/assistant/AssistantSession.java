package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.audio.SpeechSynthesizer;
import dev.antiphon.testkit.simulator.persona.Reply;
import dev.antiphon.testkit.simulator.persona.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One session of the simulated service: its configuration, conversation, input buffer and responses. A
 * model socket has a session of its own; all sidebands of a call share the call's.
 *
 * <p>Confined to the simulator's thread.
 */
public final class AssistantSession implements Session, InputBuffer.Turns, ResponseRun.Host, McpTools.Host {
    private static final int TOKENS_PER_MINUTE = 250_000;

    /** Something that the assistant will say of its own accord. */
    private record Unasked(Reply reply, Runnable afterwards) {}

    private final SessionOptions options;
    private final Checkpoint checkpoint;
    private final SessionConfig config;
    private final boolean isCall;
    private final String id;
    private final long expiresAt;
    private final SessionLines lines;
    private final Conversation conversation;
    private final InputBuffer input = new InputBuffer(this);
    private final SpeechSynthesizer voice;
    private final List<ResponseRun> running = new ArrayList<>();
    private final Map<ResponseRun, Runnable> afterwards = new HashMap<>();
    private final Timeline.Timer expiry;

    private final Playback playback;
    private final McpTools mcp;

    private Optional<String> turnItem = Optional.empty();
    private Optional<Timeline.Timer> idle = Optional.empty();
    private long heardUntilMillis;
    private boolean hasSpoken;
    private boolean responseOwed;
    private final ArrayDeque<Unasked> unasked = new ArrayDeque<>();
    private int responses;
    private int tokensRemaining = TOKENS_PER_MINUTE;
    private Instant tokensCountedAt;
    private Usage lastContext = new Usage(0, 0, 0, 0, 0, 0);
    private boolean ended;

    public AssistantSession(SessionOptions options, Checkpoint checkpoint, SessionConfig config, boolean isCall) {
        this.options = options;
        this.checkpoint = checkpoint;
        this.config = config;
        this.isCall = isCall;
        id = options.ids().next("sess");
        conversation = new Conversation(options.ids().next("conv"));
        tokensCountedAt = options.timeline().now();
        expiresAt = options.timeline().now().plus(options.maxAge()).getEpochSecond();
        lines = new SessionLines(options.ids());
        playback = new Playback(options, lines);
        mcp = new McpTools(options, this);
        voice = new SpeechSynthesizer(options.seed());
        input.configure(config.inputFormat(), config.turnDetection());
        expiry = options.timeline().after(options.maxAge(), this::expire);
    }

    @Override
    public void join(Line line, boolean greeted) {
        lines.add(line);
        if (greeted) {
            lines.sendTo(line, sessionEvent("session.created"));
        }
        mcp.discover(config.tools());
    }

    /** The session of a call lives on without lines. */
    @Override
    public void leave(Line line) {
        lines.remove(line);
        if (!isCall && lines.isEmpty()) {
            end();
        }
    }

    /** From now on the sound of this call is heard there. */
    public void attach(Speaker speaker) {
        playback.attach(speaker);
    }

    /** Takes the caller's sound, 24 kHz, as it comes in from the media of a call. */
    public void hear(short[] samples) {
        if (!ended) {
            input.hear(config.inputFormat().toWire(samples));
        }
    }

    /** The caller has pressed a key of the telephone. */
    public void press(String key) {
        if (!ended) {
            lines.sendToAll(Json.object()
                    .put("type", SessionLines.DTMF)
                    .put("event", key)
                    .put("received_at", options.timeline().now().getEpochSecond()));
        }
    }

    /** Ends the session: nothing is sent after this. */
    public void end() {
        if (!ended) {
            ended = true;
            expiry.cancel();
            playback.stopTimer();
            disarmIdle();
            running.forEach(ResponseRun::abandon);
            running.clear();
        }
    }

    /** Ends the session and closes its lines. */
    public void end(int code, String reason) {
        end();
        lines.closeAll(code, reason);
    }

    private void expire() {
        ObjectNode event = Json.object().put("type", "error");
        ObjectNode error = event.putObject("error");
        error.put("type", "invalid_request_error");
        error.put("code", "session_expired");
        error.put(
                "message",
                "Your session hit the maximum duration of " + options.maxAge().toMinutes() + " minutes.");
        error.putNull("param");
        error.putNull("event_id");
        lines.sendToAll(event);
        end(1001, "Your session hit the maximum duration.");
    }

    @Override
    public void receive(Line from, ObjectNode event) {
        JsonNode type = event.path("type");
        try {
            if (!type.isString()) {
                throw new InvalidEvent("invalid_event", "type", "The event must have a string 'type'.");
            }
            Shapes.checkEvent(type.stringValue(), event);
            handle(type.stringValue(), event);
        } catch (InvalidEvent e) {
            lines.sendTo(from, errorEvent(e, event.path("event_id").asString("")));
        }
    }

    @Override
    public void refuse(Line from, InvalidEvent fault) {
        lines.sendTo(from, errorEvent(fault, ""));
    }

    private static ObjectNode errorEvent(InvalidEvent fault, String eventId) {
        ObjectNode event = Json.object().put("type", "error");
        event.set("error", fault.toError(eventId));
        return event;
    }

    private void handle(String type, ObjectNode event) throws InvalidEvent {
        switch (type) {
            case "session.update" -> update(event.path("session"));
            case "input_audio_buffer.append" ->
                input.append(Item.decodeBase64("audio", event.path("audio").asString("")));
            case "input_audio_buffer.commit" -> commit();
            case "input_audio_buffer.clear" -> {
                input.clear();
                turnItem = Optional.empty();
                lines.sendToAll(Json.object().put("type", "input_audio_buffer.cleared"));
            }
            case "conversation.item.create" -> createItem(event);
            case "conversation.item.retrieve" -> retrieve(event);
            case "conversation.item.truncate" -> truncate(event);
            case "conversation.item.delete" -> delete(event);
            case "response.create" -> createResponse(event.path("response"));
            case "response.cancel" -> cancelResponse(event.path("response_id").asString(""));
            case "output_audio_buffer.clear" -> clearOutput();
            default -> throw new IllegalStateException("no handler for " + type);
        }
    }

    private void update(JsonNode session) throws InvalidEvent {
        config.update(session, hasSpoken, !running.isEmpty());
        input.configure(config.inputFormat(), config.turnDetection());
        lines.sendToAll(sessionEvent("session.updated"));
        mcp.discover(config.tools());
    }

    private ObjectNode sessionEvent(String type) {
        ObjectNode event = Json.object().put("type", type);
        event.set("session", config.describe(id, expiresAt));
        return event;
    }

    private void createItem(ObjectNode event) throws InvalidEvent {
        JsonNode given = event.path("item");
        String itemId = given.path("id").asString("");
        if (itemId.isEmpty()) {
            itemId = options.ids().next("item");
        } else if (conversation.find(itemId).isPresent()) {
            throw InvalidEvent.value("item.id", "An item with this id is already in the conversation.");
        }
        Item item = Item.fromClient(itemId, given, config.inputFormat());
        boolean isApproval = item.type().equals("mcp_approval_response");
        Optional<McpTools.Waiting> approved = isApproval ? mcp.answered(given) : Optional.empty();
        String previous = event.path("previous_item_id").asString("");
        if (previous.isEmpty()) {
            conversation.append(item);
        } else {
            conversation.insertAfter(previous, item);
        }
        announce(item);
        approved.ifPresent(call -> respond(
                Reply.of(new Reply.Approved(
                                call.call(), given.path("approval_request_id").asString("")))
                        .then(call.afterwards()),
                () -> {}));
    }

    private void announce(Item item) {
        lines.sendToAll(itemEvent("conversation.item.added", item));
        lines.sendToAll(itemEvent("conversation.item.done", item));
    }

    private ObjectNode itemEvent(String type, Item item) {
        ObjectNode event = Json.object().put("type", type);
        putPrevious(event, conversation.before(item));
        event.set("item", item.snapshot());
        return event;
    }

    private static void putPrevious(ObjectNode event, Optional<String> previous) {
        previous.ifPresentOrElse(
                before -> event.put("previous_item_id", before), () -> event.putNull("previous_item_id"));
    }

    private void retrieve(ObjectNode event) throws InvalidEvent {
        Item item = conversation.require("item_id", event.path("item_id").asString(""));
        ObjectNode answer = Json.object().put("type", "conversation.item.retrieved");
        answer.set("item", item.withAudio());
        lines.sendToAll(answer);
    }

    private void truncate(ObjectNode event) throws InvalidEvent {
        Item item = conversation.require("item_id", event.path("item_id").asString(""));
        long end = event.path("audio_end_ms").asLong();
        if (!item.role().equals("assistant") || !item.hasAudio()) {
            throw InvalidEvent.value("item_id", "Only model output audio messages can be truncated.");
        }
        if (event.path("content_index").asInt() != 0) {
            throw InvalidEvent.value("content_index", "There is no audio content at this index.");
        }
        if (end > item.audioMillis()) {
            throw InvalidEvent.value(
                    "audio_end_ms",
                    "Audio content of " + item.audioMillis() + "ms is already shorter than " + end + "ms.");
        }
        item.truncate(end);
        lines.sendToAll(Json.object()
                .put("type", "conversation.item.truncated")
                .put("item_id", item.id)
                .put("content_index", 0)
                .put("audio_end_ms", end));
    }

    private void delete(ObjectNode event) throws InvalidEvent {
        Item item = conversation.require("item_id", event.path("item_id").asString(""));
        conversation.remove(item);
        lines.sendToAll(Json.object().put("type", "conversation.item.deleted").put("item_id", item.id));
    }

    private void commit() throws InvalidEvent {
        byte[] audio = input.commit();
        String itemId = turnItem.orElseGet(() -> options.ids().next("item"));
        turnItem = Optional.empty();
        commit(itemId, audio);
    }

    private void commit(String itemId, byte[] audio) throws InvalidEvent {
        ObjectNode committed =
                Json.object().put("type", "input_audio_buffer.committed").put("item_id", itemId);
        putPrevious(committed, conversation.lastId());
        lines.sendToAll(committed);
        ObjectNode json = Json.object().put("type", "message").put("role", "user");
        json.putArray("content").addObject().put("type", "input_audio").putNull("transcript");
        Item item = Item.fromClient(itemId, json, config.inputFormat());
        item.addAudio(audio);
        conversation.append(item);
        announce(item);
        if (config.transcribesInput()) {
            options.timeline().after(Timeline.YIELD, () -> transcribe(item));
        }
    }

    private void transcribe(Item item) {
        if (ended) {
            return;
        }
        new InputTranscription(options.persona(), config, options.ids(), lines::sendToAll).of(item);
    }

    @Override
    public void onSpeechStarted(long audioStartMillis) {
        String itemId = options.ids().next("item");
        turnItem = Optional.of(itemId);
        disarmIdle();
        lines.sendToAll(Json.object()
                .put("type", "input_audio_buffer.speech_started")
                .put("audio_start_ms", audioStartMillis)
                .put("item_id", itemId));
        if (config.turnDetection().path("interrupt_response").asBoolean(true)) {
            defaultRun().ifPresent(run -> run.cancel("turn_detected"));
            playback.clear();
        }
    }

    @Override
    public void onSpeechStopped(long audioEndMillis, byte[] turn) {
        String itemId = turnItem.orElseGet(() -> options.ids().next("item"));
        turnItem = Optional.empty();
        lines.sendToAll(Json.object()
                .put("type", "input_audio_buffer.speech_stopped")
                .put("audio_end_ms", audioEndMillis)
                .put("item_id", itemId));
        try {
            commit(itemId, turn);
            if (config.turnDetection().path("create_response").asBoolean(true) && !config.isTranscription()) {
                if (defaultRun().isPresent()) {
                    responseOwed = true;
                } else {
                    createResponse(Json.object());
                }
            }
        } catch (InvalidEvent e) {
            throw new IllegalStateException("a detected turn must be well formed", e);
        }
    }

    private Optional<ResponseRun> defaultRun() {
        return running.stream().filter(run -> !run.isOutOfBand()).findFirst();
    }

    private void createResponse(JsonNode response) throws InvalidEvent {
        if (config.isTranscription()) {
            throw InvalidEvent.value("type", "A transcription session has no responses.");
        }
        boolean outOfBand = response.path("conversation").asString("auto").equals("none");
        Optional<ResponseRun> active = defaultRun();
        if (!outOfBand && active.isPresent()) {
            throw new InvalidEvent(
                    "conversation_already_has_active_response",
                    "",
                    "Conversation already has an active response in progress: "
                            + active.get().id() + ". Wait until the response is finished before creating a new one.");
        }
        List<Item> context = context(response);
        mcp.discover(config.setting(response, "tools"));
        Turn turn = turn(context, response);
        begin(response, context, resolve(reply(turn), turn, context));
    }

    @Override
    public void respond(Reply reply, Runnable afterwards) {
        unasked.add(new Unasked(reply, afterwards));
        speakUnasked();
    }

    private void speakUnasked() {
        if (ended
                || config.isTranscription()
                || unasked.isEmpty()
                || defaultRun().isPresent()) {
            return;
        }
        Unasked next = unasked.remove();
        List<Item> context = conversation.items();
        try {
            Turn turn = turn(context, Json.object());
            ResponseRun run = begin(Json.object(), context, resolve(next.reply(), turn, context));
            if (running.contains(run)) {
                afterwards.put(run, next.afterwards());
            } else {
                next.afterwards().run();
            }
        } catch (InvalidEvent e) {
            throw new IllegalStateException("a default response must be well formed", e);
        }
    }

    private ResponseRun begin(JsonNode response, List<Item> context, Reply reply) throws InvalidEvent {
        boolean outOfBand = response.path("conversation").asString("auto").equals("none");
        disarmIdle();
        ResponseRun run = new ResponseRun(
                options.ids().next("resp"),
                outOfBand ? "" : conversation.id(),
                ResponseSettings.of(config, response),
                contextUsage(context, response),
                this,
                options,
                checkpoint,
                voice);
        running.add(run);
        run.start(reply);
        return run;
    }

    /** Puts the user's own words and sound where a reply echoes them. */
    private static Reply resolve(Reply reply, Turn turn, List<Item> context) {
        Reply resolved = Reply.nothing();
        for (Reply.Output output : reply.outputs()) {
            resolved = resolved.then(output instanceof Reply.Echo ? echo(turn, context) : Reply.of(output));
        }
        return resolved;
    }

    private static Reply echo(Turn turn, List<Item> context) {
        if (turn.audioHeard().isEmpty()) {
            return Reply.say(turn.userText().or(turn::toolOutput).orElse("Hello."));
        }
        Item heard = context.stream()
                .filter(Item::isInput)
                .reduce((earlier, later) -> later)
                .orElseThrow();
        return Reply.play("(echo)", heard.samples());
    }

    /** The items a response sees: those it brings, or else the conversation. */
    private List<Item> context(JsonNode response) throws InvalidEvent {
        if (!response.has("input")) {
            return conversation.items();
        }
        List<Item> items = new ArrayList<>();
        int index = 0;
        for (JsonNode given : response.path("input")) {
            String itemId = given.path("id").asString("");
            if (given.path("type").asString("").equals("item_reference")) {
                items.add(conversation.require("response.input[" + index + "].id", itemId));
            } else {
                items.add(Item.fromClient(itemId, given, config.inputFormat()));
            }
            index++;
        }
        return items;
    }

    private Usage contextUsage(List<Item> context, JsonNode response) {
        int text = (config.setting(response, "instructions").asString("").length() + 3) / 4;
        int audio = 0;
        for (Item item : context) {
            text += item.textTokens();
            audio += item.audioTokens();
        }
        Usage usage = new Usage(
                text, audio, Math.min(text, lastContext.inputText()), Math.min(audio, lastContext.inputAudio()), 0, 0);
        lastContext = usage;
        return usage;
    }

    private Turn turn(List<Item> context, JsonNode response) {
        Optional<Item> newest = Optional.empty();
        for (Item item : context) {
            if (item.isInput()) {
                newest = Optional.of(item);
            }
        }
        Optional<String> text = Optional.empty();
        Optional<Duration> heard = Optional.empty();
        Optional<String> toolOutput = Optional.empty();
        if (newest.isPresent()) {
            Item item = newest.get();
            if (item.isToolOutput()) {
                toolOutput = Optional.of(item.toolOutput());
            } else if (item.hasAudio()) {
                heard = Optional.of(Duration.ofMillis(item.audioMillis()));
            } else {
                text = Optional.of(item.text());
            }
        }
        return new Turn(
                text,
                heard,
                toolOutput,
                config.setting(response, "instructions").asString(""),
                toolNames(response),
                forcedTool(response),
                context.size(),
                ++responses);
    }

    private List<String> toolNames(JsonNode response) {
        List<String> names = new ArrayList<>(config.toolNames(response));
        if (!config.setting(response, "tool_choice").asString("").equals("none")) {
            names.addAll(mcp.names(config.setting(response, "tools")));
        }
        return names;
    }

    @Override
    public Optional<McpTools.Offer> mcpTool(String name, JsonNode tools) {
        return mcp.find(name, tools);
    }

    @Override
    public void approvalAsked(String requestItem, Reply.ToolCall call, Reply afterwards) {
        mcp.await(requestItem, new McpTools.Waiting(call, afterwards));
    }

    private Optional<String> forcedTool(JsonNode response) {
        JsonNode choice = config.setting(response, "tool_choice");
        List<String> names = toolNames(response);
        if (choice.asString("").equals("required")) {
            return names.stream().findFirst();
        }
        String wanted = choice.path("type").asString("").equals("mcp")
                ? choice.path("server_label").asString("") + "/"
                        + choice.path("name").asString("")
                : choice.path("name").asString("");
        return names.stream()
                .filter(name -> choice.isObject() && name.startsWith(wanted))
                .findFirst();
    }

    private Reply reply(Turn turn) {
        try {
            return options.persona().reply(turn);
        } catch (RuntimeException e) {
            return Reply.fail("server_error", "persona_failed");
        }
    }

    private void cancelResponse(String responseId) throws InvalidEvent {
        Optional<ResponseRun> run = responseId.isEmpty()
                ? defaultRun()
                : running.stream().filter(one -> one.id().equals(responseId)).findFirst();
        if (run.isEmpty()) {
            throw new InvalidEvent("response_cancel_not_active", "", "Cancellation failed: no active response found.");
        }
        run.get().cancel("client_cancelled");
    }

    private void clearOutput() throws InvalidEvent {
        if (!isCall) {
            throw InvalidEvent.value("", "Only WebRTC and SIP sessions have an output audio buffer.");
        }
        playback.clear();
    }

    @Override
    public void emit(ObjectNode event) {
        boolean sound = event.path("type").asString("").equals("response.output_audio.delta");
        if (!ended && (!sound || !isCall || options.mirrorsAudio())) {
            lines.sendToAll(event);
        }
    }

    @Override
    public void itemOpened(Item item) {
        conversation.append(item);
        lines.sendToAll(itemEvent("conversation.item.added", item));
    }

    @Override
    public void itemClosed(Item item) {
        lines.sendToAll(itemEvent("conversation.item.done", item));
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
        refillTokens();
        tokensRemaining = Math.max(0, tokensRemaining - usage.total());
        ObjectNode limits = Json.object().put("type", "rate_limits.updated");
        ArrayNode list = limits.putArray("rate_limits");
        list.addObject()
                .put("name", "tokens")
                .put("limit", TOKENS_PER_MINUTE)
                .put("remaining", tokensRemaining)
                .put("reset_seconds", (TOKENS_PER_MINUTE - tokensRemaining) * 60.0 / TOKENS_PER_MINUTE);
        lines.sendToAll(limits);
        playback.finished(run.id(), audioMillis);
        armIdle(playback.untilHeard(audioMillis));
        Optional.ofNullable(afterwards.remove(run)).ifPresent(Runnable::run);
        if (responseOwed && !ended) {
            responseOwed = false;
            options.timeline().after(Timeline.YIELD, this::payOwedResponse);
        } else if (!unasked.isEmpty()) {
            options.timeline().after(Timeline.YIELD, this::speakUnasked);
        }
    }

    /** The limit comes back little by little, all of it within a minute. */
    private void refillTokens() {
        Instant now = options.timeline().now();
        long back = Duration.between(tokensCountedAt, now).toMillis() * TOKENS_PER_MINUTE / 60_000;
        tokensRemaining = (int) Math.min(TOKENS_PER_MINUTE, tokensRemaining + back);
        tokensCountedAt = now;
    }

    private void payOwedResponse() {
        try {
            if (!ended && defaultRun().isEmpty()) {
                createResponse(Json.object());
            }
        } catch (InvalidEvent e) {
            throw new IllegalStateException("a default response must be well formed", e);
        }
    }

    /** The user is given {@code idle_timeout_ms} to speak after the assistant has been heard out. */
    private void armIdle(Duration untilHeard) {
        disarmIdle();
        JsonNode timeout = config.turnDetection().path("idle_timeout_ms");
        if (timeout.isIntegralNumber() && !ended) {
            heardUntilMillis = input.positionMillis();
            idle = Optional.of(
                    options.timeline().after(untilHeard.plusMillis(timeout.longValue()), this::idleTimedOut));
        }
    }

    private void disarmIdle() {
        idle.ifPresent(Timeline.Timer::cancel);
        idle = Optional.empty();
    }

    private void idleTimedOut() {
        String itemId = options.ids().next("item");
        lines.sendToAll(Json.object()
                .put("type", "input_audio_buffer.timeout_triggered")
                .put("audio_start_ms", heardUntilMillis)
                .put("audio_end_ms", input.positionMillis())
                .put("item_id", itemId));
        try {
            commit(itemId, new byte[0]);
            if (defaultRun().isEmpty()) {
                createResponse(Json.object());
            }
        } catch (InvalidEvent e) {
            throw new IllegalStateException("a timed out turn must be well formed", e);
        }
    }
}
