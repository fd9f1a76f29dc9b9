package dev.antiphon.testkit.simulator.assistant;

import dev.antiphon.testkit.simulator.persona.Persona;
import java.time.Duration;

/**
 * What every session of one simulator shares.
 *
 * @param mirrorsAudio whether the sound of a call is also sent to its control sockets
 * @param maxAge after this a session expires
 */
public record SessionOptions(
        Persona persona, Pacing pacing, long seed, Ids ids, Timeline timeline, boolean mirrorsAudio, Duration maxAge) {}
