package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.persona.McpServer;
import dev.antiphon.testkit.simulator.persona.Persona;
import java.util.List;
import java.util.Optional;

/**
 * Takes client events before the built-in assistant sees them. A {@link Scenario} is a script made of rules.
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

    /** Called when the assistant has dealt with a client event that {@link #handle} left to it. */
    default void handled(Connection connection, JsonView event) {
        // Most scripts act before.
    }

    /**
     * Who decides what is answered while this script plays.
     *
     * @param otherwise whom the simulator was given
     */
    default Persona persona(Persona otherwise) {
        return otherwise;
    }

    /** The gate of this name, if this script holds anything at one. */
    default Optional<Gate> gate(String name) {
        return Optional.empty();
    }

    /** The tool servers that sessions may name while this script plays, beside those of the simulator. */
    default List<McpServer> mcpServers() {
        return List.of();
    }

    /** What goes wrong from the start of a simulator with this script. */
    default List<Infliction> misfortunes() {
        return List.of();
    }

    /** A script that swallows everything: the simulator says nothing on its own. */
    static Script silence() {
        return (connection, event) -> true;
    }
}
