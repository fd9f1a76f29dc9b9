package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.persona.McpServer;
import dev.antiphon.testkit.simulator.persona.Persona;
import java.time.Duration;
import java.util.Map;

/**
 * What every session of one simulator shares.
 *
 * @param mcpServers tool servers by label
 * @param mirrorsAudio whether the sound of a call is also sent to its control sockets
 * @param maxAge after this a session expires
 */
public record SessionOptions(
        Persona persona,
        Map<String, McpServer> mcpServers,
        Pacing pacing,
        long seed,
        Ids ids,
        Timeline timeline,
        boolean mirrorsAudio,
        Duration maxAge) {}
