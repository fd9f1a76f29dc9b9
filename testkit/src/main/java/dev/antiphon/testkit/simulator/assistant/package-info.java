/**
 * The Realtime service as a state machine: one {@link AssistantSession} takes client events and emits
 * server events, knowing nothing of sockets. This package is machinery of the simulator and not for use
 * outside it; everything in it runs on the simulator's one thread. No parameter, result or field is null
 * unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.simulator.assistant;

import org.jspecify.annotations.NullMarked;
