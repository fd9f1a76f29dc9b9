/**
 * Wiring for applications that compose themselves with Guice; nobody else loads it. No parameter,
 * result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.core.guice;

import org.jspecify.annotations.NullMarked;
