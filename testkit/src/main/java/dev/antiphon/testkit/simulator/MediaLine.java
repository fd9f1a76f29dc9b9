package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import dev.antiphon.testkit.simulator.assistant.Line;
import dev.antiphon.testkit.simulator.assistant.Speaker;
import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/**
 * Joins the media of a call to its session: the caller's sound goes into the input buffer, the assistant's
 * sound to the caller, and the data channel is one more line of the session, greeted when it opens. Sound
 * does not travel as events on it.
 *
 * <p>Everything happens on the simulator's thread, wherever the peer calls from.
 */
final class MediaLine implements MediaListener, Line, Speaker {
    private static final String NAME = "media";

    private final SimulatedService service;
    private final Call call;

    MediaLine(SimulatedService service, Call call) {
        this.service = service;
        this.call = call;
    }

    @Override
    public void onConnected() {
        service.execute(() -> {
            journal(Kind.MEDIA_CONNECTED, "");
            call.assistant().attach(this);
        });
    }

    @Override
    public void onSound(short[] samples) {
        service.execute(() -> {
            if (call.isLive()) {
                call.assistant().hear(samples);
            }
        });
    }

    @Override
    public void onChannelOpened(String label) {
        service.execute(() -> {
            journal(Kind.CHANNEL_OPENED, label);
            if (!service.settings().silent()) {
                call.assistant().join(this, true);
            }
        });
    }

    @Override
    public void onText(String message) {
        service.execute(() -> {
            JsonView view = JsonView.ofMessage(message);
            service.journal().add(Kind.RECEIVED, NAME, call.id(), view.type(), view.text("event_id"), message);
            if (!call.isLive() || service.settings().silent()) {
                return;
            }
            try {
                call.assistant().receive(this, Json.parseObject(message));
            } catch (InvalidEvent e) {
                call.assistant().refuse(this, e);
            }
        });
    }

    @Override
    public void onBinary(byte[] message) {
        service.execute(() -> {
            journal(Kind.BINARY_RECEIVED, message.length + " bytes");
            if (call.isLive() && !service.settings().silent()) {
                call.assistant()
                        .refuse(this, new InvalidEvent("invalid_event", "", "Binary messages carry no events."));
            }
        });
    }

    @Override
    public void onChannelClosed() {
        service.execute(() -> {
            journal(Kind.CHANNEL_CLOSED, "");
            call.assistant().leave(this);
        });
    }

    @Override
    public void onEnded(String reason) {
        service.execute(() -> {
            journal(Kind.MEDIA_ENDED, reason);
            call.assistant().leave(this);
            service.ledger().end(call, Call.State.LEFT);
        });
    }

    @Override
    public void send(ObjectNode event) {
        String type = event.path("type").asString("");
        if (type.equals("response.output_audio.delta")) {
            return;
        }
        String text = Json.write(event);
        if (call.media().send(text)) {
            service.journal()
                    .add(
                            Kind.SENT,
                            NAME,
                            call.id(),
                            type,
                            event.path("event_id").asString(""),
                            text);
        } else {
            journal(Kind.PROTOCOL_ERROR, type + " is longer than the caller's max-message-size");
        }
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
