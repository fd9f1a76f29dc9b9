/**
 * Bindings of the sideband transport for applications that are composed with Guice. Nothing else
 * refers to Guice. No parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.transport.webrtc.guice;

import org.jspecify.annotations.NullMarked;
