/**
 * The wire form of the protocol: event codec and dialects. The only place that knows member names,
 * paths and JSON. No parameter, result or field is null unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.transport.websocket.wire;

import org.jspecify.annotations.NullMarked;
