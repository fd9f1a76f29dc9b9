/**
 * The direct adapter and the parts a sideband reuses: one socket, one endpoint, credentials. No
 * parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.transport.websocket;

import org.jspecify.annotations.NullMarked;
