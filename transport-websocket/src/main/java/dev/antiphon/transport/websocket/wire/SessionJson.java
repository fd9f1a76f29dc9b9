package dev.antiphon.transport.websocket.wire;

import dev.antiphon.core.model.SessionConfig;
import dev.antiphon.core.model.SessionInfo;
import tools.jackson.databind.node.ObjectNode;

/** Session objects. */
final class SessionJson {
    private SessionJson() {}

    static SessionInfo info(ObjectNode session) {
        return new SessionInfo(
                Nodes.text(session, "id"),
                Nodes.text(session, "type"),
                Nodes.integerOr0(session, "expires_at"),
                Nodes.raw(session));
    }

    /** The request shape. The model travels with call creation and in the URL, never in {@code session.update}. */
    static ObjectNode write(SessionConfig session, boolean withModel) {
        ObjectNode json = Json.object();
        json.put("type", "realtime");
        if (withModel) {
            session.model().ifPresent(model -> json.put("model", model));
        }
        session.instructions().ifPresent(text -> json.put("instructions", text));
        session.voice()
                .ifPresent(voice -> json.putObject("audio").putObject("output").put("voice", voice));
        return json;
    }
}
