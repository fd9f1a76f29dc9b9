package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.persona.McpServer;
import dev.antiphon.testkit.simulator.persona.Persona;
import dev.antiphon.testkit.simulator.tls.ServerIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** How a simulator was built. */
record Settings(
        int port,
        long seed,
        Set<String> keys,
        boolean anonymousAllowed,
        boolean realKeysAllowed,
        String model,
        Persona persona,
        List<McpServer> mcpServers,
        double pacing,
        boolean mirrorsAudio,
        Duration sessionLength,
        Script script,
        boolean silent,
        boolean controlled,
        boolean hidesNewCalls,
        MediaPeer media,
        Optional<ServerIdentity> identity,
        Limits limits,
        Optional<Instant> frozenAt,
        Consumer<JournalEntry> listener) {}
