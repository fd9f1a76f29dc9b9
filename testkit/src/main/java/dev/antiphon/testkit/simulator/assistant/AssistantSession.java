package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.persona.Reply;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One session of the simulated service: its configuration, conversation, input buffer and responses. A
 * model socket has a session of its own; all sidebands of a call share the call's.
 *
 * <p>Confined to the simulator's thread.
 */
public final class AssistantSession implements Session, InputBuffer.Turns {
    private final SessionOptions options;
    private final SessionConfig config;
    private final boolean isCall;
    private final String id;
    private final long expiresAt;
    private final SessionLines lines;
    private final SessionItems items;
    private final McpTools mcp;
    private final Playback playback;
    private final InputBuffer input = new InputBuffer(this);
    private final IdleTimeout idle;
    private final Responses responses;
    private final Runnable expired;
    private final Timeline.Timer expiry;

    /** The item that the turn being spoken will be. */
    private Optional<String> turnItem = Optional.empty();

    /** @param expired run when the session has lasted as long as it may and is over */
    public AssistantSession(
            SessionOptions options, Checkpoint checkpoint, SessionConfig config, boolean isCall, Runnable expired) {
        this.options = options;
        this.expired = expired;
        this.config = config;
        this.isCall = isCall;
        Timeline timeline = options.timeline();
        id = options.ids().next("sess");
        Conversation conversation = new Conversation(options.ids().next("conv"));
        expiresAt = timeline.now().plus(options.maxAge()).getEpochSecond();
        lines = new SessionLines(options.ids());
        items = new SessionItems(options, config, conversation, lines);
        mcp = new McpTools(options, items);
        playback = new Playback(options, lines);
        idle = new IdleTimeout(timeline, config, input::positionMillis, this::onIdle);
        responses = new Responses(options, checkpoint, config, isCall, lines, conversation, items, mcp, playback, idle);
        input.configure(config.inputFormat(), config.turnDetection());
        expiry = timeline.after(options.maxAge(), this::expire);
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
        if (!lines.isOver()) {
            input.hear(config.inputFormat().toWire(samples));
        }
    }

    /** The caller has pressed a key of the telephone. */
    public void press(String key) {
        lines.sendToAll(Json.object()
                .put("type", SessionLines.DTMF)
                .put("event", key)
                .put("received_at", options.timeline().now().getEpochSecond()));
    }

    /** Ends the session: nothing is sent after this. */
    public void end() {
        if (!lines.isOver()) {
            lines.end();
            expiry.cancel();
            playback.stopTimer();
            idle.disarm();
            responses.end();
        }
    }

    /** Ends the session and closes its lines. */
    public void end(int code, String reason) {
        end();
        lines.closeAll(code, reason);
    }

    private void expire() {
        lines.report(new InvalidEvent(
                "session_expired",
                "",
                "Your session hit the maximum duration of " + options.maxAge().toMinutes() + " minutes."));
        end(1001, "Your session hit the maximum duration.");
        expired.run();
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
            lines.refuse(from, e, event.path("event_id").asString(""));
        }
    }

    @Override
    public void refuse(Line from, InvalidEvent fault) {
        lines.refuse(from, fault, "");
    }

    @Override
    public void respond(Reply reply, Runnable afterwards) {
        responses.respond(reply, afterwards);
    }

    private void handle(String type, ObjectNode event) throws InvalidEvent {
        switch (type) {
            case "session.update" -> update(event.path("session"));
            case "input_audio_buffer.append" ->
                input.append(Item.decodeBase64("audio", event.path("audio").asString("")));
            case "input_audio_buffer.commit" -> {
                byte[] audio = input.commit();
                items.commit(endTurn(), audio);
            }
            case "input_audio_buffer.clear" -> {
                input.clear();
                turnItem = Optional.empty();
                lines.sendToAll(Json.object().put("type", "input_audio_buffer.cleared"));
            }
            case "conversation.item.create" -> createItem(event);
            case "conversation.item.retrieve" -> items.retrieve(event);
            case "conversation.item.truncate" -> items.truncate(event);
            case "conversation.item.delete" -> items.delete(event);
            case "response.create" -> responses.create(event.path("response"));
            case "response.cancel" -> responses.cancel(event.path("response_id").asString(""));
            case "output_audio_buffer.clear" -> clearOutput();
            default -> throw new IllegalStateException("no handler for " + type);
        }
    }

    private void update(JsonNode session) throws InvalidEvent {
        config.update(session, responses.hasSpoken(), responses.isAnyRunning());
        input.configure(config.inputFormat(), config.turnDetection());
        lines.sendToAll(sessionEvent("session.updated"));
        mcp.discover(config.tools());
    }

    private ObjectNode sessionEvent(String type) {
        ObjectNode event = Json.object().put("type", type);
        event.set("session", config.describe(id, expiresAt));
        return event;
    }

    /** What waited for an approval goes on when it was given. */
    private void createItem(ObjectNode event) throws InvalidEvent {
        Item item = items.read(event);
        JsonNode given = event.path("item");
        boolean isApproval = item.type().equals("mcp_approval_response");
        Optional<McpTools.Waiting> approved = isApproval ? mcp.answered(given) : Optional.empty();
        items.place(item, event);
        approved.ifPresent(call -> responses.respond(
                Reply.of(new Reply.Approved(
                                call.call(), given.path("approval_request_id").asString("")))
                        .then(call.afterwards()),
                () -> {}));
    }

    private void clearOutput() throws InvalidEvent {
        if (!isCall) {
            throw InvalidEvent.value("", "Only WebRTC and SIP sessions have an output audio buffer.");
        }
        playback.clear();
    }

    @Override
    public void onSpeechStarted(long audioStartMillis) {
        String itemId = options.ids().next("item");
        turnItem = Optional.of(itemId);
        idle.disarm();
        lines.sendToAll(Json.object()
                .put("type", "input_audio_buffer.speech_started")
                .put("audio_start_ms", audioStartMillis)
                .put("item_id", itemId));
        if (config.turnDetection().path("interrupt_response").asBoolean(true)) {
            responses.interrupt();
        }
    }

    @Override
    public void onSpeechStopped(long audioEndMillis, byte[] turn) {
        String itemId = endTurn();
        lines.sendToAll(Json.object()
                .put("type", "input_audio_buffer.speech_stopped")
                .put("audio_end_ms", audioEndMillis)
                .put("item_id", itemId));
        commitDetected(itemId, turn);
        if (config.turnDetection().path("create_response").asBoolean(true) && !config.isTranscription()) {
            responses.answerTurn();
        }
    }

    /** The user has said nothing for {@code idle_timeout_ms}. */
    private void onIdle(long heardUntilMillis) {
        String itemId = options.ids().next("item");
        lines.sendToAll(Json.object()
                .put("type", "input_audio_buffer.timeout_triggered")
                .put("audio_start_ms", heardUntilMillis)
                .put("audio_end_ms", input.positionMillis())
                .put("item_id", itemId));
        commitDetected(itemId, new byte[0]);
        responses.createDefault();
    }

    private String endTurn() {
        String itemId = turnItem.orElseGet(() -> options.ids().next("item"));
        turnItem = Optional.empty();
        return itemId;
    }

    private void commitDetected(String itemId, byte[] audio) {
        try {
            items.commit(itemId, audio);
        } catch (InvalidEvent e) {
            throw new IllegalStateException("a detected turn must be well formed", e);
        }
    }
}
