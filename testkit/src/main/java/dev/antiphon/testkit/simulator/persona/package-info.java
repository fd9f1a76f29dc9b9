/**
 * What the simulated assistant says. A {@link Persona} is asked once per response and returns a
 * {@link Reply}; the simulator turns it into protocol events and sound. No parameter, result or field is
 * null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.simulator.persona;

import org.jspecify.annotations.NullMarked;
