package dev.antiphon.testkit.simulator.assistant;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.node.ObjectNode;

/**
 * The lines that listen to one session. Gives each server event its {@code event_id}, and sends none once the
 * session is over.
 */
final class SessionLines {
    /** The one event without an id. */
    static final String DTMF = "input_audio_buffer.dtmf_event_received";

    private final List<Line> lines = new CopyOnWriteArrayList<>();
    private final Ids ids;
    private boolean over;

    SessionLines(Ids ids) {
        this.ids = ids;
    }

    void add(Line line) {
        lines.add(line);
    }

    void remove(Line line) {
        lines.remove(line);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** The session is over. */
    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    void sendTo(Line line, ObjectNode event) {
        if (!over) {
            line.send(stamped(event));
        }
    }

    /** @param eventId of the client event that is refused; empty if it has none */
    void refuse(Line line, InvalidEvent fault, String eventId) {
        sendTo(line, error(fault, eventId));
    }

    /** Tells all lines of a fault that no event of theirs made. */
    void report(InvalidEvent fault) {
        sendToAll(error(fault, ""));
    }

    private static ObjectNode error(InvalidEvent fault, String eventId) {
        ObjectNode event = Json.object().put("type", "error");
        event.set("error", fault.toError(eventId));
        return event;
    }

    void sendToAll(ObjectNode event) {
        if (!over && !lines.isEmpty()) {
            ObjectNode stamped = stamped(event);
            lines.forEach(line -> line.send(stamped));
        }
    }

    void closeAll(int code, String reason) {
        lines.forEach(line -> line.close(code, reason));
    }

    private ObjectNode stamped(ObjectNode event) {
        ObjectNode stamped = Json.object();
        stamped.set("type", event.path("type"));
        if (!event.path("type").asString("").equals(DTMF)) {
            stamped.put("event_id", ids.next("event"));
        }
        stamped.setAll(event);
        return stamped;
    }
}
