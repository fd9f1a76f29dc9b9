/**
 * The command line {@code antiphon} and the gateway. Composed with Guice; nothing here is a library
 * API. No parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.app;

import org.jspecify.annotations.NullMarked;
