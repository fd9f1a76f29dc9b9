/**
 * The simulator's certificates: an authority of its own, made anew for each simulator with nothing but the
 * JDK, and identities that it issues. No parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.simulator.tls;

import org.jspecify.annotations.NullMarked;
