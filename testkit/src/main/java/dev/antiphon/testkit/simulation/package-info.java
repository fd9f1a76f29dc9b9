/**
 * Runs the real engine and an adapter against a simulated network, server and application: one thread,
 * virtual time, random faults and interleavings that a seed repeats exactly. {@link
 * dev.antiphon.testkit.simulation.Simulation} runs a seed and hands its history to the checker; the
 * author of an adapter connects it to the {@link dev.antiphon.testkit.simulation.SimulatedNetwork}.
 * Nothing here is safe for use by a second thread, and a second thread is refused. No parameter, result
 * or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.simulation;

import org.jspecify.annotations.NullMarked;
