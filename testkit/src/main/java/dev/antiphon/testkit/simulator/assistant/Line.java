package dev.antiphon.testkit.simulator.assistant;

import tools.jackson.databind.node.ObjectNode;

/** One listener and speaker of a session: a control socket, or the data channel of a call. */
public interface Line {
    /** Takes an event over; it is not changed afterwards. */
    void send(ObjectNode event);

    /** Ends the line, as a websocket close code and reason. */
    void close(int code, String reason);
}
