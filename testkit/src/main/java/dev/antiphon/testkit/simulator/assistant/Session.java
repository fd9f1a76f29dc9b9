package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.persona.Reply;
import tools.jackson.databind.node.ObjectNode;

/** What stands behind the lines of a websocket or a call. Confined to the simulator's thread. */
public interface Session {
    /**
     * Adds a line.
     *
     * @param greeted whether it gets {@code session.created} as its first event
     */
    void join(Line line, boolean greeted);

    /** Removes a line that is gone. */
    void leave(Line line);

    /** Takes one client event. Whatever is wrong with it is answered with an {@code error} event. */
    void receive(Line from, ObjectNode event);

    /** Answers a message that is no event at all. */
    void refuse(Line from, InvalidEvent fault);

    /**
     * Lets the assistant speak of its own accord, when it has finished what it is saying.
     *
     * @param afterwards run when that is done, however it ended; not if the session ends first
     */
    void respond(Reply reply, Runnable afterwards);
}
