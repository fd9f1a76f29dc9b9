/**
 * What applications call: {@code RealtimeConversations} starts a {@code Conversation}. The engine
 * behind it is package-private and holds all protocol state. No parameter, result or field is null
 * unless its Javadoc says so.
 */
@NullMarked
package dev.antiphon.core;

import org.jspecify.annotations.NullMarked;
