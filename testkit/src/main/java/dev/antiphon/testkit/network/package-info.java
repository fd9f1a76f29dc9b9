/**
 * A TCP proxy that makes a good network bad, for tests of anything that speaks over TCP. It knows no
 * protocol. No parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.testkit.network;

import org.jspecify.annotations.NullMarked;
