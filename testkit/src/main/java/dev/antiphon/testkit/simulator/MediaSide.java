package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.JournalEntry.Kind;
import dev.antiphon.testkit.simulator.assistant.AssistantSession;
import dev.antiphon.testkit.simulator.assistant.InvalidEvent;
import dev.antiphon.testkit.simulator.assistant.Json;
import dev.antiphon.testkit.simulator.assistant.Line;
import dev.antiphon.testkit.simulator.assistant.Speaker;
import tools.jackson.databind.node.ObjectNode;

/**
 * Between the session of a call and its media: the caller's sound and data channel on one side, the
 * assistant's sound and events on the other. Confined to the loop but for {@link CallMedia}.
 */
final class MediaSide implements CallMedia, Line, Speaker {
    private final SimulatedService service;
    private final Call call;
    private final AssistantSession session;
    private MediaLeg leg = MediaLeg.of("");

    MediaSide(SimulatedService service, Call call) {
        this.service = service;
        this.call = call;
        session = call.assistant();
    }

    /** Lets the media peer answer the offer. */
    void open(MediaAnswerer answerer) {
        leg = answerer.answer(call.offer(), this);
        session.speakThrough(this);
    }

    String answer() {
        return leg.answer();
    }

    void hangUp() {
        leg.close();
    }

    private void whileLive(Runnable action) {
        service.execute(() -> {
            if (call.isLive()) {
                action.run();
            }
        });
    }

    @Override
    public void heard(short[] samples) {
        whileLive(() -> session.hear(samples));
    }

    @Override
    public void channelOpened() {
        whileLive(() -> {
            if (!service.settings().silent()) {
                session.join(this, true);
            }
        });
    }

    @Override
    public void received(String event) {
        whileLive(() -> {
            try {
                ObjectNode json = Json.parseObject(event);
                journal(Kind.RECEIVED, json, event);
                if (!service.settings().silent()) {
                    session.receive(this, json);
                }
            } catch (InvalidEvent e) {
                session.refuse(this, e);
            }
        });
    }

    @Override
    public void hungUp() {
        whileLive(() -> service.ledger().end(call, Call.State.ENDED));
    }

    @Override
    public void send(ObjectNode event) {
        String text = Json.write(event);
        journal(Kind.SENT, event, text);
        leg.send(text);
    }

    @Override
    public void close(int code, String reason) {
        // The data channel ends with the call.
    }

    @Override
    public void play(short[] samples) {
        leg.play(samples);
    }

    @Override
    public void stopPlaying() {
        leg.stopPlaying();
    }

    private void journal(Kind kind, ObjectNode event, String text) {
        service.journal()
                .add(
                        kind,
                        "",
                        call.id(),
                        event.path("type").asString(""),
                        event.path("event_id").asString(""),
                        text);
    }
}
