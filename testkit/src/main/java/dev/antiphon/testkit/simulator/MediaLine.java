package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import dev.antiphon.testkit.simulator.assistant.AssistantSession;
import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import dev.antiphon.testkit.simulator.assistant.Line;
import dev.antiphon.testkit.simulator.assistant.Speaker;
import dev.antiphon.testkit.simulator.persona.Reply;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Joins the media of a call to its session: the caller's sound goes into the input buffer, the assistant's
 * sound to the caller, and the data channel is one more line of the session, greeted when it opens. Sound
 * does not travel as events on it.
 *
 * <p>Everything happens on the simulator's thread, wherever the peer calls from.
 */
final class MediaLine implements MediaListener, Line, Speaker, Endpoint {
    private static final String NAME = "media";

    private final SimulatedService service;
    private final Call call;
    private final AssistantSession session;
    private final Connection connection;
    private volatile boolean open;

    MediaLine(SimulatedService service, Call call) {
        this.service = service;
        this.call = call;
        session = call.assistant().orElseThrow();
        connection = new Connection(
                NAME, Connection.Kind.DATA_CHANNEL, Optional.of(call), call.request(), service.journal(), this);
    }

    @Override
    public void onConnected() {
        service.execute(() -> {
            journal(Kind.MEDIA_CONNECTED, "");
            session.attach(this);
        });
    }

    @Override
    public void onSound(short[] samples) {
        service.execute(() -> {
            if (call.isLive()) {
                session.hear(samples);
            }
        });
    }

    @Override
    public void onChannelOpened(String label) {
        service.execute(() -> {
            journal(Kind.CHANNEL_OPENED, label);
            open = true;
            service.settings().script().opened(connection);
            if (!service.settings().silent()) {
                session.join(this, true);
            }
        });
    }

    @Override
    public void onText(String message) {
        service.execute(() -> {
            JsonView view = JsonView.ofMessage(message);
            service.journal().add(Kind.RECEIVED, NAME, call.id(), view.type(), view.text("event_id"), message);
            if (!call.isLive() || service.settings().script().handle(connection, view)) {
                return;
            }
            if (!service.settings().silent()) {
                answer(message);
                service.settings().script().handled(connection, view);
            }
        });
    }

    private void answer(String message) {
        try {
            session.receive(this, Json.parseObject(message));
        } catch (InvalidEvent e) {
            session.refuse(this, e);
        }
    }

    @Override
    public void onBinary(byte[] message) {
        service.execute(() -> {
            journal(Kind.BINARY_RECEIVED, message.length + " bytes");
            if (!call.isLive() || service.settings().script().handleBinary(connection, message)) {
                return;
            }
            if (!service.settings().silent()) {
                session.refuse(this, new InvalidEvent("invalid_event", "", "Binary messages carry no events."));
            }
        });
    }

    @Override
    public void onChannelClosed() {
        service.execute(() -> {
            journal(Kind.CHANNEL_CLOSED, "");
            open = false;
            session.leave(this);
        });
    }

    @Override
    public void onEnded(String reason) {
        service.execute(() -> {
            journal(Kind.MEDIA_ENDED, reason);
            open = false;
            session.leave(this);
            service.ledger().end(call, Call.State.LEFT);
        });
    }

    @Override
    public void send(ObjectNode event) {
        String type = event.path("type").asString("");
        if (type.equals("response.output_audio.delta")) {
            return;
        }
        send(type, event.path("event_id").asString(""), Json.write(event));
    }

    private void send(String type, String eventId, String text) {
        if (call.media().send(text)) {
            service.journal().add(Kind.SENT, NAME, call.id(), type, eventId, text);
        } else {
            journal(Kind.PROTOCOL_ERROR, type + " is longer than the caller's max-message-size");
        }
    }

    @Override
    public boolean isOpen() {
        return open && call.isLive();
    }

    @Override
    public void act(Runnable action) {
        service.act(action);
    }

    @Override
    public void later(Duration delay, Runnable action) {
        service.clock().after(delay, () -> {
            if (isOpen()) {
                action.run();
            }
        });
    }

    @Override
    public void respond(Reply reply, Runnable afterwards) {
        session.respond(reply, afterwards);
    }

    @Override
    public void sendText(String text) {
        JsonView event = JsonView.ofMessage(text);
        send(event.type(), event.text("event_id"), text);
    }

    /** A data channel that ends takes its call with it. */
    @Override
    public void end(int code, String reason) {
        drop();
    }

    @Override
    public void drop() {
        service.ledger().end(call, Call.State.ENDED);
    }

    @Override
    public void reset() {
        drop();
    }

    /** The leg is closed with the call; a data channel has no code and reason to give. */
    @Override
    public void close(int code, String reason) {}

    @Override
    public void play(short[] samples) {
        call.media().play(samples);
    }

    @Override
    public Duration unplayed() {
        return call.media().unplayed();
    }

    @Override
    public void hush() {
        call.media().hush();
    }

    private void journal(Kind kind, String what) {
        service.journal().add(kind, NAME, call.id(), what);
    }
}
