/**
 * What a conversation costs beside a bare client, measured through the public API against a server in a
 * process of its own. {@link dev.antiphon.transport.websocket.load.Load} is where it starts; nothing is
 * null unless annotated.
 */
@org.jspecify.annotations.NullMarked
package dev.antiphon.transport.websocket.load;
