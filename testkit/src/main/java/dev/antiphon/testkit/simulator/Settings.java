package dev.antiphon.testkit.simulator;

import dev.antiphon.testkit.simulator.persona.Persona;
import java.time.Duration;
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
        double pacing,
        boolean mirrorsAudio,
        Duration sessionLength,
        Script script,
        boolean silent,
        boolean hidesNewCalls,
        MediaPeer media,
        Duration requestDeadline,
        int maxBodyBytes,
        int maxMessageBytes,
        int maxConnections,
        int journalEntries,
        long journalCharacters,
        Consumer<JournalEntry> listener) {}
