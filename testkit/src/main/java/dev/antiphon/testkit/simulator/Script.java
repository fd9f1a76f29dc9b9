package dev.antiphon.testkit.simulator;

/**
 * Takes client events before the built-in assistant sees them.
 *
 * <pre>{@code
 * RealtimeSimulator.builder().script((connection, event) -> {
 *     if (event.type().equals("response.create")) {
 *         connection.send("{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\"}}");
 *         return true;
 *     }
 *     return false;
 * })
 * }</pre>
 *
 * <p>Runs on the simulator's thread and must not block.
 */
@FunctionalInterface
public interface Script {
    /** Called when a websocket stands, before the assistant says anything. */
    default void opened(Connection connection) {
        // Most scripts wait for the client.
    }

    /**
     * Called for each client event, in order.
     *
     * @param event missing if the message was not JSON
     * @return true if the event is dealt with and the assistant shall not see it
     */
    boolean handle(Connection connection, JsonView event);

    /**
     * Called for each binary message, which the protocol does not have.
     *
     * @return true if the message is dealt with; otherwise the assistant answers an error
     */
    default boolean handleBinary(Connection connection, byte[] message) {
        return false;
    }

    /** A script that swallows everything: the simulator says nothing on its own. */
    static Script silence() {
        return (connection, event) -> true;
    }
}
